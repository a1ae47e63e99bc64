import { once } from 'node:events';
import { connect } from 'node:net';

/** Requests that are on their way at once on one connection. */
const AHEAD = 200;

/** A request as its parts, byte by byte: nothing of it is mended on the way, as a client library would. */
export interface RawRequest {
  method: string;
  target: Buffer;
  headers: readonly (readonly [name: Buffer, value: Buffer])[];
  body: Buffer;
}

/** What goes over the wire. */
export function bytesOf({ method, target, headers, body }: RawRequest, connection: 'keep-alive' | 'close'): Buffer {
  const lines = headers.flatMap(([name, value]) => [name, Buffer.from(': '), value, Buffer.from('\r\n')]);
  return Buffer.concat([
    Buffer.from(`${method} `),
    target,
    Buffer.from(` HTTP/1.1\r\nhost: sync.test\r\nconnection: ${connection}\r\ncontent-length: ${body.length}\r\n`),
    ...lines,
    Buffer.from('\r\n'),
    body,
  ]);
}

/** Sends them one behind the other on one connection; the statuses in the same order. Throws when the server hangs up. */
export async function pipelined(port: number, requests: readonly RawRequest[]): Promise<number[]> {
  const socket = connect(port, '127.0.0.1');
  const statuses: number[] = [];
  let text = '';
  let sent = 0;
  const send = () => {
    const next = requests.slice(sent, sent + AHEAD);
    sent += next.length;
    socket.write(Buffer.concat(next.map((request) => bytesOf(request, 'keep-alive'))));
  };
  await new Promise<void>((resolve, reject) => {
    socket.on('error', reject);
    socket.on('close', () => reject(new Error(`the server hung up after ${statuses.length} of ${requests.length}`)));
    socket.on('data', (bytes) => {
      const { answers, rest } = answersIn(text + bytes.toString('latin1'));
      statuses.push(...answers);
      text = rest;
      if (statuses.length === requests.length) resolve();
      else if (statuses.length === sent) send();
    });
    if (requests.length === 0) resolve();
    else send();
  });
  socket.destroy();
  return statuses;
}

/** Sends a request that may not even be HTTP on a connection of its own; every status that comes back until it ends. */
export async function alone(port: number, request: RawRequest): Promise<number[]> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  let text = '';
  socket.on('data', (bytes) => {
    text += bytes.toString('latin1');
  });
  // Hung up on before everything was sent is an answer as well.
  socket.on('error', () => undefined);
  socket.end(bytesOf(request, 'close'));
  await once(socket, 'close');
  return answersIn(text).answers;
}

/** The statuses of all whole answers, and what is left. */
function answersIn(text: string): { answers: number[]; rest: string } {
  const answers: number[] = [];
  let at = 0;
  for (;;) {
    const end = text.indexOf('\r\n\r\n', at);
    if (end < 0) break;
    const head = text.slice(at, end);
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
    if (text.length < end + 4 + length) break;
    answers.push(Number(head.slice(9, 12)));
    at = end + 4 + length;
  }
  return { answers, rest: text.slice(at) };
}
