import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Replicas } from '../../src/redis/replicas.ts';
import { startTestRedis } from './server.ts';

test('what is kept is on a replica; one that is silent is said once and not waited for again at once', async (t) => {
  const primary = await startTestRedis(t, { tcp: true, args: ['--repl-diskless-sync-delay', '0'] });
  const port = new URL(primary.url).port;
  const replica = await startTestRedis(t, { args: ['--replicaof', `127.0.0.1 ${port}`] });
  const client = primary.client();
  // Online is said before the replica has loaded; it is there when it confirms.
  do await client.set('{x}', '0');
  while ((await client.wait(1, 100)) < 1);
  const said: string[] = [];
  let now = 0;
  const kept = new Replicas({ client, tag: '{x}', needed: 1, warn: (text) => void said.push(text), now: () => now });
  const write = () => client.set('{x}', '1');

  assert.deepEqual(await kept.keep(write), { value: 'OK', kept: 'safe' });
  process.kill(replica.pid, 'SIGSTOP');
  assert.equal((await kept.keep(write)).kept, 'alone');
  assert.match(said.join(), /0 of 1 replicas.*redis\.replicas/);
  const from = performance.now();
  assert.equal((await kept.keep(write)).kept, 'alone');
  assert.ok(performance.now() - from < 400, 'it was waited for again');
  process.kill(replica.pid, 'SIGCONT');
  now = 10_000;
  assert.equal((await kept.keep(write)).kept, 'safe');
  assert.equal(said.length, 2);
});

test('a connection that breaks meanwhile leaves doubt, even when the command was repeated well', async (t) => {
  const redis = await startTestRedis(t, { appendonly: true });
  const client = redis.client();
  const kept = new Replicas({ client, tag: '{x}', needed: 1, warn: () => undefined, now: Date.now });
  const { value } = await kept.keep(async () => {
    await client.set('{x}', '1');
    await redis.kill9();
    await redis.restart();
    return client.get('{x}');
  });
  assert.equal(value, '1');
  const again = await kept.keep(async () => {
    await redis.kill9();
    await redis.restart();
    return client.set('{x}', '2');
  });
  assert.deepEqual(again, { value: 'OK', kept: 'in-doubt' });
});
