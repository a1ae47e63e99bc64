import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Bound } from '../../src/memory/bound.ts';
import { startTestRedis } from '../redis/server.ts';
import { remembering, row, sighting } from './remembered.ts';

const MB = 2 ** 20;

async function world(t: TestContext, most?: number) {
  const server = await startTestRedis(t);
  const room = await remembering(server);
  const clock = { now: 0 };
  const bound = new Bound(room.redis, room.keys, { most, now: () => clock.now });
  const learn = async (from: number, to: number) => {
    for (let i = from; i < to; i += 1000)
      await room.memory.learn(
        Array.from({ length: Math.min(1000, to - i) }, (_, k) => sighting(String(i + k), { name: 'A' })),
      );
  };
  const mails = (from: number, n: number) =>
    Array.from({ length: n }, (_, i) => ['email', `c${from + i}@crm.test`] as const);
  return { ...room, clock, bound, learn, mails };
}

test('at its bound nothing new is learnt, what is known is kept up to date, and below it learning goes on', async (t) => {
  const { bound, memory, learn, mails } = await world(t, MB);
  assert.deepEqual(await bound.look(), { remembered: 0, most: MB, freed: 0, learning: true });
  let full = await bound.look();
  // One of the last that were learnt: a look on the way may have been a guess too high, and have let go of the first.
  let known = 0;
  for (let to = 3001; full.learning && to < 10_000; to += 300) {
    await learn(to - 300, to);
    known = to - 50;
    full = await bound.look();
  }
  assert.deepEqual([full.freed, full.learning], [0, false], `${full.remembered} bytes`);
  assert.ok(full.remembered > MB && full.remembered < 1.1 * MB, `${full.remembered} bytes`);
  await memory.learn([sighting('900001', { name: 'A' }), sighting(String(known), { name: 'B' })]);
  assert.equal(await memory.known(mails(900_001, 1), 0), 0);
  assert.deepEqual(await memory.recall([row(0, ['email', `c${known}@crm.test`], { name: 'B' })]), [
    { type: 'settled', contact: String(known) },
  ]);
  await memory.forgetAll();
  assert.equal((await bound.look()).learning, true);
  await memory.learn([sighting('900001', { name: 'A' }, { atMs: Date.now() - 1000 })]);
  assert.equal(await memory.known(mails(900_001, 1), 0), 0, 'a look from before says nothing of what was passed over');
  await memory.learn([sighting('900001', { name: 'A' })]);
  assert.equal(await memory.known(mails(900_001, 1), 0), 1);
});

test('over its bound what was touched longest ago is let go of', async (t) => {
  const { bound, redis, keys, memory, learn, clock } = await world(t, 0.5 * MB);
  await learn(1, 6001);
  // As if these had not been touched for long.
  for (let n = 0; n < 30; n++) await redis.pexpire(`${keys.memory}:m:${n}`, 60_000);
  const look = await bound.look();
  assert.ok(look.freed > 0 && look.remembered <= look.most, JSON.stringify(look));
  assert.equal(look.learning, true);
  const exists = async (from: number, to: number) =>
    (
      await Promise.all(Array.from({ length: to - from }, (_, n) => redis.exists(`${keys.memory}:m:${from + n}`)))
    ).reduce((sum, one) => sum + one, 0);
  assert.ok((await exists(0, 30)) / 30 <= (await exists(30, 60)) / 30, 'the old ones went first');
  clock.now += 1000;
  await bound.sometimes();
  await memory.forgetAll();
});

test('near the limit of Redis memory gives way, whatever it may take, and even when Redis takes nothing more', async (t) => {
  const { bound, redis, memory, learn, mails } = await world(t, 100 * MB);
  await learn(1, 8001);
  const used = Number(/used_memory:(\d+)/.exec(await redis.info('memory'))![1]);
  // Full: every write is refused from here on.
  await redis.config('SET', 'maxmemory', String(Math.floor(used * 0.95)));
  await assert.rejects(redis.set('x', '1'), /OOM/);
  // Told of a contact that may hold something else now: it is better forgotten.
  await memory.learn([sighting('5', {}, { gone: ['name'] })]);
  assert.equal(await memory.known(mails(5, 1), 0), 0);
  await bound.sometimes();
  const [after, learning] = [Number(/used_memory:(\d+)/.exec(await redis.info('memory'))![1]), await bound.learning()];
  assert.ok(after < 0.75 * 0.95 * used, `${after} of ${used}`);
  assert.equal(learning, false);
  await redis.config('SET', 'maxmemory', '0');
  assert.equal((await bound.look()).learning, true);
});

test('without a word on it memory may take a quarter of what Redis may', async (t) => {
  const { redis, bound } = await world(t);
  assert.equal((await bound.look()).most, 512 * MB);
  await redis.config('SET', 'maxmemory', String(64 * MB));
  assert.equal((await bound.look()).most, 16 * MB);
});
