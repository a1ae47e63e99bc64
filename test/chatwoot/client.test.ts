import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { startSandbox } from '../../src/sandbox/server.ts';
import { VERSION } from '../../src/version.ts';
import { answered, clientOf, failed, GET, json, PUT, serve } from './serve.ts';

test('a PUT carries the token under a name that nginx lets through, and says what it is', async (t) => {
  const desk = await serve(t, (response) => json(response));
  await clientOf(t, desk.url).send(PUT);
  const [request] = desk.requests;
  const names = request!.rawHeaders.filter((_, i) => i % 2 === 0).map((name) => name.toLowerCase());
  assert.equal(request!.headers['api-access-token'], 'secret');
  assert.ok(!names.includes('api_access_token') && !names.includes('authorization'), names.join());
  assert.equal(request!.headers.accept, 'application/json');
  assert.equal(request!.headers['content-type'], 'application/json');
  assert.equal(request!.headers['x-request-id'], 'r-2');
  assert.equal(request!.headers['user-agent'], `chatwoot-contact-sync/${VERSION}`);
  assert.equal(request!.method, 'PUT');
  assert.equal(request!.url, '/api/v1/x');
  assert.deepEqual(desk.bodies, ['{"a":1}']);
});

test('a GET has no content type and no body', async (t) => {
  const desk = await serve(t, (response) => json(response));
  await clientOf(t, desk.url).send(GET);
  assert.equal(desk.requests[0]!.headers['content-type'], undefined);
  assert.equal(desk.bodies[0], '');
});

test('a desk below a path keeps that path', async (t) => {
  const desk = await serve(t, (response) => json(response));
  await clientOf(t, `${desk.url}/support`).send(GET);
  assert.equal(desk.requests[0]!.url, '/support/api');
});

test('what the desk says about itself is read from the headers', async (t) => {
  const clock = 'Fri, 02 Jan 2026 12:00:20 GMT';
  const desk = await serve(t, (response) =>
    json(response, { 'x-runtime': '0.017123', date: clock, 'retry-after': '7' }),
  );
  const answer = answered(await clientOf(t, desk.url).send(GET));
  assert.deepEqual(
    [
      answer.status,
      answer.mediaType,
      answer.text,
      answer.deskMs,
      answer.retryAfter,
      answer.deskClockMs,
      answer.location,
    ],
    [200, 'application/json', '{}', 17.123, '7', Date.parse(clock), null],
  );
  assert.ok(answer.roundTripMs > 0);
});

for (const [header, expected] of [
  ['0.5', 500],
  ['', null],
  ['fast', null],
  ['-1', null],
] as const) {
  test(`x-runtime "${header}" is ${expected} ms`, async (t) => {
    const desk = await serve(t, (response) => json(response, { 'x-runtime': header }));
    assert.equal(answered(await clientOf(t, desk.url).send(GET)).deskMs, expected);
  });
}

for (const status of [301, 302, 303, 307, 308]) {
  test(`a redirect by ${status} is not followed: the token does not travel`, async (t) => {
    const elsewhere = await serve(t, (response) => json(response));
    const location = `${elsewhere.url}/api`;
    const desk = await serve(t, (response) => json(response, { location }, status));
    const client = clientOf(t, desk.url);
    for (const request of [GET, PUT]) {
      const answer = answered(await client.send(request));
      assert.deepEqual([answer.status, answer.location], [status, location]);
    }
    assert.equal(elsewhere.requests.length, 0);
  });
}

test('an error status is an answer, sent once', async (t) => {
  const desk = await serve(t, (response) => json(response, {}, 500));
  assert.equal(answered(await clientOf(t, desk.url).send(GET)).status, 500);
  assert.equal(desk.requests.length, 1);
});

const SIX_MB = Buffer.alloc(6 * 1024 * 1024, 'x');
for (const [how, headers, body] of [
  ['announced', { 'content-length': String(SIX_MB.length) }, SIX_MB],
  ['in chunks', {}, SIX_MB],
  ['that unpacks to it', { 'content-encoding': 'gzip' }, gzipSync(SIX_MB)],
] as const) {
  test(`an answer over 5 MB ${how} is cut off`, async (t) => {
    const desk = await serve(t, (response) => {
      response.on('error', () => undefined);
      response.writeHead(200, headers);
      if (how !== 'in chunks') return void response.end(body);
      for (let i = 0; i < 96; i += 1) response.write(SIX_MB.subarray(0, 65_536));
      response.end();
    });
    const fault = failed(await clientOf(t, desk.url).send(GET));
    assert.deepEqual([fault.fault, fault.code], ['too-large', 'ETOOLARGE']);
  });
}

test('an answer of 4 MB comes whole', async (t) => {
  const body = Buffer.alloc(4 * 1024 * 1024, 'x');
  const desk = await serve(t, (response) => response.end(body));
  assert.equal(answered(await clientOf(t, desk.url).send(GET)).text.length, body.length);
});

test('fifty requests one after the other need one connection', async (t) => {
  const desk = await serve(t, (response) => json(response));
  const client = clientOf(t, desk.url);
  for (let i = 0; i < 50; i += 1) answered(await client.send(i % 2 === 0 ? GET : PUT));
  assert.equal(desk.connections(), 1);
});

test('an idle connection is closed by us, and the next request uses a new one', async (t) => {
  let closed = 0;
  const desk = await serve(t, (response, request) => {
    request.socket.once('close', () => {
      closed += 1;
    });
    json(response);
  });
  const client = clientOf(t, desk.url, { idleSocketMs: 150 });
  answered(await client.send(GET));
  await sleep(400);
  assert.equal(closed, 1);
  answered(await client.send(GET));
  assert.equal(desk.connections(), 2);
});

test('a request that takes longer than the idle time is not cut off', async (t) => {
  const desk = await serve(t, (response) => void setTimeout(() => json(response), 400));
  answered(await clientOf(t, desk.url, { idleSocketMs: 150 }).send(GET));
});

test('an integer beyond 2^53 in a body reaches the desk digit by digit, and comes back so', async (t) => {
  const sandbox = await startSandbox({ token: 'secret', contacts: 1 });
  t.after(() => sandbox.close());
  const client = clientOf(t, sandbox.url);
  const path = `/api/v1/accounts/${sandbox.account}/contacts/1`;
  const body = '{"custom_attributes":{"n":9007199254740993}}';
  const answer = answered(await client.send({ kind: 'update', method: 'PUT', path, body, requestId: 'big' }));
  assert.equal(answer.status, 200);
  assert.match(answer.text, /"n":9007199254740993\b/);
  assert.equal(sandbox.requests[0]!.requestId, 'big');
  assert.ok(answer.deskMs !== null && answer.deskMs < answer.roundTripMs);
});
