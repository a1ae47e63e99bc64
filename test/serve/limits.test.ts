import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { type TestContext, test } from 'node:test';
import { createServer } from '../../src/serve/server.ts';
import { BLANK } from './blank.ts';

async function listening(t: TestContext): Promise<number> {
  const app = createServer({
    admit: () => undefined,
    deliver: async () => ({ status: 200, body: 'ok' }),
    ready: async () => ({ ready: true, why: 'ready' }),
    views: BLANK,
    bodyLimit: 1024,
    connections: 10,
    random: () => 0,
    requestMs: 400,
  });
  t.after(() => app.close());
  await app.listen({ host: '127.0.0.1', port: 0 });
  return (app.server.address() as AddressInfo).port;
}

/** Sends the beginning, then a byte every 50 ms, until the other side ends it; gives its answer and the time it took. */
async function dribble(port: number, beginning: string, byte: string): Promise<{ answer: string; ms: number }> {
  const began = Date.now();
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.setEncoding('latin1').on('data', (text: string) => {
    answer += text;
  });
  socket.on('error', () => undefined);
  socket.write(beginning);
  const timer = setInterval(() => socket.writable && socket.write(byte), 50);
  await once(socket, 'close');
  clearInterval(timer);
  return { answer: answer.split('\r\n')[0]!, ms: Date.now() - began };
}

const POST = 'POST /webhooks/app HTTP/1.1\r\nhost: a\r\n';

test('who dribbles is cut off, whether with headers or with a body', { timeout: 20_000 }, async (t) => {
  const port = await listening(t);
  const both = await Promise.all([
    dribble(port, POST, 'x'),
    dribble(port, `${POST}content-type: a/b\r\ncontent-length: 900\r\n\r\n`, 'x'),
  ]);
  for (const { answer, ms } of both) {
    assert.ok(answer === '' || answer.startsWith('HTTP/1.1 408'), answer);
    assert.ok(ms >= 300 && ms < 5000, `${ms} ms`);
  }
});

test('headers and bodies that are too large are not read to their end', async (t) => {
  const port = await listening(t);
  const large = await dribble(port, `${POST}x: ${'y'.repeat(20_000)}\r\n\r\n`, '');
  assert.match(large.answer, /^HTTP\/1\.1 431/);
  const said = `${POST}content-type: a/b\r\ncontent-length: 5000\r\n\r\n`;
  assert.match((await dribble(port, said, '')).answer, /^HTTP\/1\.1 413/);
});
