import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import net from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { runSandbox } from '../../src/sandbox/main.ts';
import { seededContact } from '../../src/sandbox/seed.ts';
import { startSandbox } from '../../src/sandbox/server.ts';
import { sandboxFor } from './client.ts';

test('every answer has x-request-id and x-runtime; ours is cleaned and cut', async (t) => {
  const { send } = await sandboxFor(t);
  const ours = await send('GET', '/contacts/1', undefined, {
    headers: { 'x-request-id': `a b/${'é'}_@-${'x'.repeat(300)}` },
  });
  assert.equal(ours.status, 404);
  assert.equal(ours.headers['x-request-id'], `ab_@-${'x'.repeat(250)}`);
  assert.match(String(ours.headers['x-runtime']), /^\d+\.\d{6}$/);
  const theirs = await send('GET', '/nothing', undefined, { absolute: true });
  assert.match(String(theirs.headers['x-request-id']), /^[0-9a-f-]{36}$/);
  assert.equal(theirs.headers['keep-alive'], undefined);
});

test('seeded contacts can be computed', async (t) => {
  const { sandbox, send } = await sandboxFor(t, { contacts: 500 });
  assert.equal(sandbox.contacts.count, 500);
  const seed = seededContact(321);
  const payload = (await send('GET', '/contacts/321?include_contact_inboxes=false')).json().payload;
  const { availability_status, thumbnail, blocked, ...rest } = payload as Record<string, unknown>;
  assert.deepEqual(rest, seed);
  assert.equal((await send('GET', '/contacts/501')).status, 404);
});

test('an idle connection is closed', async (t) => {
  const { sandbox } = await sandboxFor(t, { keepAliveMs: 60 });
  const socket = net.connect(sandbox.port, '127.0.0.1');
  socket.write('GET /api HTTP/1.1\r\nHost: x\r\n\r\n');
  await new Promise((resolve) => socket.once('data', resolve));
  const started = performance.now();
  await new Promise((resolve) => socket.once('close', resolve));
  assert.ok(performance.now() - started > 30);
});

test('the command prints one line when it listens and ends with its signal', async () => {
  const end = new AbortController();
  const lines: string[] = [];
  const run = runSandbox(
    { port: 0, contacts: 500, token: 'T' },
    { out: (line) => lines.push(line), signal: end.signal },
  );
  while (lines.length === 0) await sleep(5);
  assert.match(
    lines[0]!,
    /^sandbox listening on http:\/\/127\.0\.0\.1:\d+ \(account 1, token T, version 4\.10, 500 contacts\)\n$/,
  );
  end.abort();
  await run;
  assert.equal(lines.length, 1);
});

test('a port that is taken is refused', async (t) => {
  const { sandbox } = await sandboxFor(t);
  await assert.rejects(startSandbox({ port: sandbox.port }), { code: 'EADDRINUSE' });
});

test('avatar bookkeeping appears when switched on, without an event and over what changed meanwhile', async (t) => {
  const { sandbox, send } = await sandboxFor(t, { contacts: 1, avatars: { delayMs: 10, downloadMs: 30 } });
  const url = 'https://example.com/a.png';
  await send('PUT', '/contacts/1', { avatar_url: url });
  await sleep(20);
  await send('PUT', '/contacts/1', { additional_attributes: { city: 'Lost' } });
  await sleep(60);
  const additional = sandbox.contacts.get(1)!.additional_attributes;
  assert.equal(additional.avatar_url_hash, createHash('sha256').update(url).digest('hex'));
  assert.equal(typeof additional.last_avatar_sync_at, 'string');
  assert.notEqual(additional.city, 'Lost');
});

test('latency is network time: not in x-runtime', async (t) => {
  const { send } = await sandboxFor(t, { latencyMs: 60 });
  const started = performance.now();
  const answer = await send('GET', '/contacts');
  assert.ok(performance.now() - started >= 55);
  assert.ok(Number(answer.headers['x-runtime']) < 0.05);
});
