import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { Redis } from 'ioredis';
import { infoOf } from '../../src/redis/info.ts';
import { startTestRedis } from './server.ts';

test('INFO is answered although the connection closes before it is ready, as behind a proxy that has lost its Redis', {
  timeout: 10_000,
}, async (t) => {
  const server = await startTestRedis(t);
  let isAway = false;
  const open = new Set<Socket>();
  const proxy = createServer((near) => {
    open.add(near.on('error', () => near.destroy()));
    if (isAway) return;
    const far = connect(server.socket);
    near.pipe(far).pipe(near);
    far.on('error', () => near.destroy());
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const address = proxy.address();
  assert.ok(address !== null && typeof address === 'object', 'the proxy has a port');
  t.after(() => proxy.close());
  const cut = () => {
    for (const socket of open) socket.destroy();
    open.clear();
  };

  const redis = new Redis(address.port, '127.0.0.1', { retryStrategy: () => 20, maxRetriesPerRequest: null });
  redis.on('error', () => undefined);
  t.after(() => {
    redis.disconnect();
    cut();
  });
  await once(redis, 'ready');
  isAway = true;
  cut();
  // Taken, and not answered.
  await once(redis, 'connect');
  const answer = infoOf(redis, 'memory');
  isAway = false;
  cut();
  assert.match(await answer, /^used_memory:\d+/m);
});
