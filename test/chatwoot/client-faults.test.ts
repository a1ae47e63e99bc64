import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { test } from 'node:test';
import { freePort } from '../redis/server.ts';
import { clientOf, failed, GET, json, PUT, serve } from './serve.ts';

test('no answer in time is a timeout', async (t) => {
  const desk = await serve(t, () => undefined);
  const fault = failed(await clientOf(t, desk.url, { timeoutMs: 100 }).send(PUT));
  assert.equal(fault.fault, 'timeout');
  assert.ok(fault.roundTripMs >= 95 && fault.roundTripMs < 2000);
});

test('a request may have a limit of its own', async (t) => {
  const desk = await serve(t, () => undefined);
  assert.equal(failed(await clientOf(t, desk.url).send({ ...GET, timeoutMs: 100 })).fault, 'timeout');
});

test('an answer that stops half way is a timeout', async (t) => {
  const desk = await serve(t, (response) => {
    response.writeHead(200, { 'content-length': '10' });
    response.write('{');
  });
  assert.equal(failed(await clientOf(t, desk.url, { timeoutMs: 100 }).send(GET)).fault, 'timeout');
});

for (const host of ['127.0.0.1', 'localhost']) {
  test(`nobody listening at ${host} is unreachable`, async (t) => {
    const fault = failed(await clientOf(t, `http://${host}:${await freePort()}`).send(PUT));
    assert.deepEqual([fault.fault, fault.code], ['unreachable', 'ECONNREFUSED']);
  });
}

test('a name that does not exist is unreachable', async (t) => {
  const fault = failed(await clientOf(t, 'http://desk.invalid').send(GET));
  assert.equal(fault.fault, 'unreachable');
  assert.match(fault.code, /ENOTFOUND|EAI_AGAIN/);
});

test('a connection broken after sending may have been applied: reset', async (t) => {
  const desk = await serve(t, (_, request) => void request.socket.resetAndDestroy());
  assert.deepEqual(failed(await clientOf(t, desk.url).send(PUT)).fault, 'reset');
  const half = await serve(t, (response, request) => {
    response.writeHead(200, { 'content-length': '10' });
    response.write('{', () => request.socket.destroy());
  });
  assert.equal(failed(await clientOf(t, half.url).send(PUT)).fault, 'reset');
});

test('something that does not speak HTTP is a reset, not a crash', async (t) => {
  const server = net.createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end('hello\r\n'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as net.AddressInfo;
  assert.equal(failed(await clientOf(t, `http://127.0.0.1:${port}`).send(GET)).fault, 'reset');
});

test('plain http behind https is unreachable: nothing was sent', async (t) => {
  const desk = await serve(t, (response) => json(response));
  const fault = failed(await clientOf(t, desk.url.replace('http:', 'https:')).send(PUT));
  assert.equal(fault.fault, 'unreachable', fault.code);
  assert.equal(desk.requests.length, 0);
});

test('a request that we abort ourselves says so', async (t) => {
  const desk = await serve(t, () => undefined);
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 50);
  assert.equal(failed(await clientOf(t, desk.url).send(GET, stop.signal)).fault, 'aborted');
  assert.equal(failed(await clientOf(t, desk.url).send(GET, stop.signal)).fault, 'aborted');
});
