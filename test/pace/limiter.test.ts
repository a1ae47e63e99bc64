import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Limiter } from '../../src/pace/limiter.ts';
import type { LimiterOptions, Slot } from '../../src/pace/slot.ts';
import { startTestRedis, type TestRedis } from '../redis/server.ts';
import { limiterOf as fleetLimiterOf, granted, newTag, refused } from './fleet.ts';

let redis: TestRedis;
before(async () => {
  redis = await startTestRedis();
});
after(() => redis.stop());

const limiterOf = (tag: string, more?: Partial<LimiterOptions>): Limiter => fleetLimiterOf(redis, tag, more);

/** Takes slots for so long, as a busy process does; returns when each may be used. */
async function slotsFor(limiter: Limiter, ms: number): Promise<number[]> {
  const times: number[] = [];
  for (const end = Date.now() + ms; Date.now() < end; ) {
    const slot = await limiter.acquire('update');
    if (slot.granted) times.push(slot.at + slot.waitMs);
    await sleep(slot.waitMs);
  }
  return times;
}

test('four processes together stay within the limit of every window, and use it', async () => {
  // Long enough that a moment in which this process stands still is made up for within the window.
  const windowMs = 1000;
  const rate = 100;
  const tag = newTag();
  const fleet = Array.from({ length: 4 }, () => limiterOf(tag, { windowMs }));
  await fleet[0]!.setRate(rate, 'always');
  const times = (await Promise.all(fleet.map((limiter) => slotsFor(limiter, 4400)))).flat().sort((a, b) => a - b);
  const windows = new Map<number, number>();
  for (const at of times) windows.set(Math.floor(at / windowMs), (windows.get(Math.floor(at / windowMs)) ?? 0) + 1);
  const counts = [...windows.values()];
  assert.ok(Math.max(...counts) <= rate, counts.join());
  const whole = counts.slice(1, -1);
  assert.ok(whole.length >= 3 && Math.min(...whole) >= 94, counts.join());
});

test('slots are evenly spaced, whichever process asks', async () => {
  const tag = newTag();
  const [one, other] = [limiterOf(tag), limiterOf(tag)];
  await one.setRate(600, 'always');
  const waits: number[] = [];
  for (let i = 0; i < 8; i += 1) {
    const slot = granted(await (i % 2 === 0 ? one : other).acquire('update'));
    waits.push(slot.at + slot.waitMs);
  }
  // 600 a minute, of which 98 % are planned for: one in 102 ms. The first three catch up a quarter of a second.
  const gaps = waits.slice(4).map((at, i) => at - waits[i + 3]!);
  assert.ok(
    gaps.every((gap) => gap >= 100 && gap <= 104),
    gaps.join(),
  );
});

test('a long silence earns a quarter of a second, no burst', async () => {
  const limiter = limiterOf(newTag());
  await limiter.setRate(6000, 'always');
  await limiter.acquire('update');
  await sleep(600);
  let free = 0;
  for (let i = 0; i < 100; i += 1) if (granted(await limiter.acquire('update')).waitMs === 0) free += 1;
  assert.ok(free >= 20 && free <= 40, `${free} at once`);
});

test('a slot more than a second away is not given out', async () => {
  const limiter = limiterOf(newTag());
  await limiter.setRate(20, 'always');
  await limiter.acquire('update');
  await limiter.acquire('update');
  const slot = refused(await limiter.acquire('update'));
  assert.equal(slot.cause, 'pace');
  assert.ok(slot.waitMs <= 500, `${slot.waitMs}`);
});

test('a new rate is noticed by running processes at once', async () => {
  const tag = newTag();
  const [worker, operator] = [limiterOf(tag), limiterOf(tag)];
  await worker.setRate(2, 'always');
  await worker.acquire('update');
  await worker.acquire('update');
  assert.equal(refused(await worker.acquire('update')).cause, 'pace');
  await operator.setRate(6000, 'always');
  const slot = granted(await worker.acquire('update'));
  assert.ok(slot.waitMs <= 1011, `${slot.waitMs} ms until the first slot of the new rate`);
  await operator.setRate(2, 'always');
  let last: Slot = slot;
  for (let i = 0; i < 4 && last.granted; i += 1) last = await worker.acquire('update');
  assert.equal(refused(last).cause, 'pace');
});

test('the rate of the configuration does not replace one that an operator gave', async () => {
  const limiter = limiterOf(newTag());
  assert.equal((await limiter.state()).rate, 3000);
  await limiter.setRate(100, 'if-unset');
  await limiter.setRate(200, 'if-unset');
  assert.equal((await limiter.state()).rate, 100);
  await limiter.setRate(300, 'always');
  assert.equal((await limiter.state()).rate, 300);
});

test('a process keeps the rate it was given when Redis has forgotten it', async () => {
  const tag = newTag();
  const limiter = limiterOf(tag);
  await limiter.setRate(6, 'always');
  await redis.client().del(`${tag}:pace`);
  assert.equal((await limiter.state()).rate, 6);
  await limiter.acquire('update');
  await limiter.acquire('update');
  assert.equal(refused(await limiter.acquire('update')).cause, 'pace');
});

test('a window that is used up is waited out, whatever the spacing says', async () => {
  const windowMs = 1000;
  const tag = newTag();
  const limiter = limiterOf(tag, { windowMs });
  await limiter.setRate(1000, 'always');
  await sleep(windowMs - (Date.now() % windowMs) + 20);
  for (let i = 0; i < 10; i += 1) granted(await limiter.acquire('update'));
  await limiter.setRate(10, 'always');
  const slot = refused(await limiter.acquire('update'));
  assert.equal(slot.cause, 'pace');
  assert.equal((await limiter.state()).count, 10);
});
