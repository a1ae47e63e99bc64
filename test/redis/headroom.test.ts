import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Headroom } from '../../src/redis/headroom.ts';
import { startTestRedis } from './server.ts';

const MB = 2 ** 20;

test('above 85 % of its limit a Redis is full, and stays so until there is some room; without a limit it never is', async (t) => {
  const server = await startTestRedis(t);
  const redis = server.client();
  const clock = { now: 0 };
  const headroom = new Headroom(
    () => redis,
    () => clock.now,
  );
  const fullAt = async (part: number) => {
    const used = Number(/used_memory:(\d+)/.exec(await redis.info('memory'))![1]);
    await redis.config('SET', 'maxmemory', String(Math.round(used / part)));
    clock.now += 1000;
    return headroom.full();
  };
  await redis.setrange('ballast', 20 * MB, 'x');
  assert.equal(await headroom.full(), undefined);
  assert.equal(await fullAt(0.83), undefined);
  const why = await fullAt(0.9);
  assert.match(
    why ?? '',
    /^waiting: Redis is nearly full \(90 % of \d+ MB\); raise its maxmemory, or see .*contact-sync status$/,
  );
  clock.now += 1;
  assert.equal(await headroom.full(), why, 'asked again at once it says the same');
  assert.match((await fullAt(0.83)) ?? '', /83 %/);
  assert.equal(await fullAt(0.75), undefined);
});
