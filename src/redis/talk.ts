import { connect, type Socket } from 'node:net';

/**
 * A few words of the Redis protocol over a unix socket, for the handful of commands that keep the local server: the
 * keeper process stays small without a client library, and a member's connection must not keep its process running.
 */
export interface Talk {
  /** Sends one command and gives its reply as text; rejects on an error reply and when the connection is lost. */
  ask(...words: string[]): Promise<string>;
  /** Settles when the connection is gone, whichever side ended it. */
  closed: Promise<void>;
  close(): void;
}

interface Waiting {
  resolve(reply: string): void;
  reject(error: Error): void;
}

/** The first complete reply in `bytes` and where the next begins. Arrays are not asked for by anything here. */
function readReply(bytes: Buffer): { text: string; failed: boolean; end: number } | undefined {
  const lineEnd = bytes.indexOf('\r\n');
  if (lineEnd < 0) return undefined;
  const line = bytes.toString('utf8', 1, lineEnd);
  const next = lineEnd + 2;
  if (bytes[0] !== 0x24) return { text: line, failed: bytes[0] === 0x2d, end: next };
  const length = Number(line);
  if (length < 0) return { text: '', failed: false, end: next };
  if (bytes.length < next + length + 2) return undefined;
  return { text: bytes.toString('utf8', next, next + length), failed: false, end: next + length + 2 };
}

function encode(words: readonly string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;
}

function overSocket(socket: Socket, timeoutMs: number): Talk {
  const waiting: Waiting[] = [];
  let bytes: Buffer = Buffer.alloc(0);
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => {
      for (const one of waiting.splice(0)) one.reject(new Error('the connection to the local Redis was lost'));
      resolve();
    });
  });
  socket.on('data', (chunk) => {
    bytes = Buffer.concat([bytes, chunk]);
    for (let reply = readReply(bytes); reply !== undefined; reply = readReply(bytes)) {
      bytes = bytes.subarray(reply.end);
      const one = waiting.shift();
      if (reply.failed) one?.reject(new Error(reply.text));
      else one?.resolve(reply.text);
    }
  });
  const ask = (...words: string[]): Promise<string> =>
    new Promise((resolve, reject) => {
      if (socket.destroyed) return reject(new Error('the connection to the local Redis was lost'));
      // A server that hangs must not hang us too. Ending the socket rejects this request and all behind it.
      const timer = setTimeout(() => socket.destroy(), timeoutMs);
      const settle = (): void => {
        clearTimeout(timer);
        if (waiting.length === 0) socket.unref();
      };
      waiting.push({
        resolve: (reply) => {
          settle();
          resolve(reply);
        },
        reject: (error) => {
          settle();
          reject(error);
        },
      });
      // Only while it waits for a reply does this connection keep its process running.
      socket.ref();
      socket.write(encode(words));
    });
  return { ask, closed, close: () => socket.destroy() };
}

const NOBODY_LISTENS = new Set(['ENOENT', 'ECONNREFUSED']);

/**
 * Connects to the server at `path`, or gives undefined when nobody listens there. Rejects when somebody may (no right to
 * the socket, no room in its queue): that server must not be taken for dead. `timeoutMs` is per reply.
 */
export function talkTo(path: string, timeoutMs = 10_000): Promise<Talk | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (NOBODY_LISTENS.has(error.code ?? '')) resolve(undefined);
      else reject(error);
    });
    socket.once('connect', () => {
      // From here on errors show as `close`.
      socket.on('error', () => {});
      socket.unref();
      resolve(overSocket(socket, timeoutMs));
    });
  });
}
