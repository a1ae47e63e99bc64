import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** One connection through a wire, as tampering sees it. */
export interface Line {
  /** Cuts both ends with RST. */
  reset(): void;
  /** Gives the program some bytes at once. */
  answer(bytes: Buffer): void;
  /** Anything that the tampering wants to know again when the answer comes. */
  note?: unknown;
}

/** Changes or swallows (`undefined`) what passes; may take its time. What comes behind it waits. */
export type Tamper = (chunk: Buffer, line: Line) => Buffer | undefined | Promise<Buffer | undefined>;

/** Where a server of ours listens. */
type Address = { path: string } | { host: string; port: number };

interface Pair extends Line {
  near: Socket;
  far: Socket;
  isDeaf: boolean;
}

/** A TCP proxy of ours in front of a server of ours: the network, and everything that can be wrong with it. */
export class Wire {
  readonly port: number;
  /** Each way, in milliseconds. */
  latencyMs = 0;
  onRequest: Tamper | undefined;
  onAnswer: Tamper | undefined;
  readonly #to: Address;
  readonly #pairs = new Set<Pair>();
  #server: Server;
  #gate: { opened: Promise<void>; open: () => void } | undefined;

  private constructor(server: Server, port: number, to: Address) {
    this.#server = server;
    this.port = port;
    this.#to = to;
    this.#listenTo(server);
  }

  /** Listens on any free port of 127.0.0.1. */
  static async open(to: Address): Promise<Wire> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the wire got no port');
    return new Wire(server, address.port, to);
  }

  /** Connections that are open now. */
  get connections(): number {
    return this.#pairs.size;
  }

  /** How each of them stands, for whoever wonders why it is there. */
  get states(): string[] {
    return [...this.#pairs].map(({ near, far }) => `program ${near.readyState}, server ${far.readyState}`);
  }

  /** From now on nobody gets a connection, and those there are end. */
  async refuse(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.reset();
    await closed;
  }

  /** Takes connections again after `refuse`, on the same port. */
  async accept(): Promise<void> {
    const server = createServer().listen(this.port, '127.0.0.1');
    await once(server, 'listening');
    this.#server = server;
    this.#listenTo(server);
  }

  /** Cuts all connections with RST. */
  reset(): void {
    for (const pair of this.#pairs) pair.reset();
  }

  /** Nothing passes until `flow`; nothing is lost. */
  stall(): void {
    if (this.#gate !== undefined) return;
    let open = () => {};
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    this.#gate = { opened, open };
  }

  flow(): void {
    this.#gate?.open();
    this.#gate = undefined;
  }

  /** Connections there are swallow everything from now on, as behind a router that forgot them; returns how to cut those. */
  deafen(): () => void {
    const deaf = [...this.#pairs];
    for (const pair of deaf) pair.isDeaf = true;
    return () => {
      for (const pair of deaf) pair.reset();
    };
  }

  async close(): Promise<void> {
    this.flow();
    if (this.#server.listening) await this.refuse();
  }

  #listenTo(server: Server): void {
    server.on('connection', (near) => this.#connect(near));
  }

  #connect(near: Socket): void {
    const far = connect(this.#to);
    const pair: Pair = {
      near,
      far,
      isDeaf: false,
      reset() {
        near.resetAndDestroy();
        far.destroy();
      },
      answer: (bytes) => {
        if (!near.destroyed) near.write(bytes);
      },
    };
    this.#pairs.add(pair);
    near.setNoDelay(true);
    this.#carry(pair, near, far, () => this.onRequest);
    this.#carry(pair, far, near, () => this.onAnswer);
  }

  /** One way of a connection: chunks pass one after the other, and its end comes after the last of them. */
  #carry(pair: Pair, from: Socket, to: Socket, tamper: () => Tamper | undefined): void {
    let last = Promise.resolve();
    from.on('data', (chunk: Buffer) => {
      last = last.then(async () => {
        if (this.latencyMs > 0) await sleep(this.latencyMs);
        while (this.#gate !== undefined) await this.#gate.opened;
        if (pair.isDeaf || to.destroyed) return;
        const change = tamper();
        const passed = change === undefined ? chunk : await change(chunk, pair);
        if (passed !== undefined && !to.destroyed) to.write(passed);
      });
    });
    from.on('error', () => {});
    from.on('close', () => {
      // What a killed process sent is not delivered after its death: the other end may be at work for its successor.
      if (from === pair.near) to.destroy();
      else void last.then(() => to.end());
      if (pair.near.destroyed && pair.far.destroyed) this.#pairs.delete(pair);
    });
  }
}
