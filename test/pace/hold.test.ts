import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Limiter } from '../../src/pace/limiter.ts';
import type { LimiterOptions } from '../../src/pace/slot.ts';
import { startTestRedis, type TestRedis } from '../redis/server.ts';
import { limiterOf as fleetLimiterOf, granted, newTag, refused } from './fleet.ts';

let redis: TestRedis;
before(async () => {
  redis = await startTestRedis();
});
after(() => redis.stop());

const limiterOf = (tag: string, more?: Partial<LimiterOptions>): Limiter => fleetLimiterOf(redis, tag, more);

test('a 429 holds everybody for as long as it says, and nobody has to try first afterwards', async () => {
  const tag = newTag();
  const [one, other] = [limiterOf(tag), limiterOf(tag)];
  await one.acquire('update');
  await one.trip('rate-limited', 150, Date.now());
  const slot = refused(await other.acquire('update'));
  assert.equal(slot.cause, 'rate-limited');
  assert.ok(slot.waitMs > 100 && slot.waitMs <= 200, `${slot.waitMs}`);
  assert.equal((await other.state()).cause, 'rate-limited');
  assert.equal(await other.held(), true);
  await sleep(slot.waitMs + 5);
  assert.equal(granted(await one.acquire('update')).probe, false);
  assert.equal(granted(await other.acquire('update')).probe, false);
  assert.equal((await other.state()).cause, null);
});

test('a shorter 429 does not shorten the hold', async () => {
  const limiter = limiterOf(newTag());
  const { holdUntil } = await limiter.trip('rate-limited', 5000, Date.now());
  assert.equal((await limiter.trip('rate-limited', 100, Date.now())).holdUntil, holdUntil);
});

test('the jitter of a 429 is at most a second and a twentieth of the window', async () => {
  const before = Date.now();
  const long = await limiterOf(newTag(), { random: () => 1 }).trip('rate-limited', 0, before);
  assert.ok(long.holdUntil - before >= 1050 && long.holdUntil - before < 1300, `${long.holdUntil - before}`);
  const short = await limiterOf(newTag(), { random: () => 1, windowMs: 1000 }).trip('rate-limited', 0, Date.now());
  assert.ok(short.holdUntil - Date.now() <= 100);
});

test('the pauses of an outage grow step by step up to the longest', async () => {
  const limiter = limiterOf(newTag());
  const steps: number[] = [];
  for (let i = 0; i < 4; i += 1) {
    const before = Date.now();
    const { holdUntil, level } = await limiter.trip('outage', null, before + 1);
    assert.equal(level, i + 1);
    steps.push(holdUntil - before);
    await sleep(Math.max(0, holdUntil - Date.now()) + 2);
  }
  for (const [i, expected] of [100, 200, 250, 250].entries()) {
    assert.ok(steps[i]! >= expected - 2 && steps[i]! <= expected + 60, steps.join());
  }
});

test('calls that were under way when the desk fell over do not take another step', async () => {
  const limiter = limiterOf(newTag());
  const sentAt = Date.now() - 5;
  const first = await limiter.trip('outage', null, sentAt);
  for (let i = 0; i < 5; i += 1) assert.deepEqual(await limiter.trip('outage', null, sentAt), first);
});

test('a Retry-After of a proxy replaces the step', async () => {
  const limiter = limiterOf(newTag());
  const { holdUntil } = await limiter.trip('outage', 5000, Date.now());
  assert.ok(holdUntil - Date.now() > 4900);
});

test('after an outage one caller tries the desk out, and the others wait for its word', async () => {
  const tag = newTag();
  const fleet = Array.from({ length: 5 }, () => limiterOf(tag));
  const { holdUntil } = await fleet[0]!.trip('outage', null, Date.now());
  assert.equal(refused(await fleet[1]!.acquire('update')).cause, 'outage');
  await sleep(holdUntil - Date.now() + 5);
  const slots = await Promise.all(fleet.map((limiter) => limiter.acquire('update')));
  const probes = slots.filter((slot) => slot.granted);
  assert.equal(probes.length, 1);
  assert.equal(granted(probes[0]!).probe, true);
  for (const slot of slots) if (!slot.granted) assert.equal(slot.cause, 'outage');
  // The health check of that caller does not wait for itself.
  assert.equal(granted(await fleet[2]!.acquire('update', 'urgent')).probe, true);
  await fleet[0]!.clear();
  for (const limiter of fleet) assert.equal(granted(await limiter.acquire('update')).probe, false);
});

test('when the caller that tries the desk out is killed, another one does after a while', async () => {
  const tag = newTag();
  const [dead, alive] = [limiterOf(tag), limiterOf(tag)];
  const { holdUntil } = await dead.trip('outage', null, Date.now());
  await sleep(holdUntil - Date.now() + 5);
  granted(await dead.acquire('update'));
  const slot = refused(await alive.acquire('update'));
  assert.ok(slot.waitMs <= 300, `${slot.waitMs}`);
  await sleep(slot.waitMs + 5);
  assert.equal(granted(await alive.acquire('update')).probe, true);
});

test('a failed try holds everybody for the next step', async () => {
  const limiter = limiterOf(newTag());
  const { holdUntil } = await limiter.trip('outage', null, Date.now());
  await sleep(holdUntil - Date.now() + 5);
  const probe = granted(await limiter.acquire('update'));
  assert.equal((await limiter.trip('outage', null, probe.at)).level, 2);
  assert.equal(refused(await limiter.acquire('update')).cause, 'outage');
});

test('trouble says since when, and one that is over does not lend its beginning to the next', async () => {
  const limiter = limiterOf(newTag());
  await limiter.trip('outage', null, Date.now());
  const first = (await limiter.state()).since!;
  await sleep(120);
  await limiter.trip('outage', null, Date.now());
  assert.equal((await limiter.state()).since, first);
  assert.equal(refused(await limiter.acquire('update')).since, first);
  await limiter.clear();
  assert.equal((await limiter.state()).since, null);
  await limiter.trip('token-refused', null, Date.now());
  const second = (await limiter.state()).since!;
  assert.ok(second > first + 100);
  await limiter.clear();
  await limiter.trip('rate-limited', 20, Date.now());
  await sleep(120);
  await limiter.trip('rate-limited', 20, Date.now());
  assert.ok((await limiter.state()).since! > second + 100);
});

test('pause stops all calls until resume, and is no trouble of the desk', async () => {
  const tag = newTag();
  const [worker, operator] = [limiterOf(tag), limiterOf(tag)];
  await operator.pause();
  assert.equal(refused(await worker.acquire('update')).cause, 'paused');
  assert.equal(refused(await worker.acquire('update', 'urgent')).cause, 'paused');
  assert.equal(await worker.held(), true);
  const { cause, since } = await worker.state();
  assert.equal(cause, 'paused');
  assert.ok(since !== null && Date.now() - since < 5000);
  await operator.resume();
  granted(await worker.acquire('update'));
  assert.equal(await worker.held(), false);
});

test('resume ends a hold as well', async () => {
  const limiter = limiterOf(newTag());
  await limiter.trip('token-refused', 60_000, Date.now());
  assert.equal(refused(await limiter.acquire('update')).cause, 'token-refused');
  await limiter.resume();
  assert.equal(granted(await limiter.acquire('update')).probe, false);
});

test('a pause outlives whatever the calls under way still report', async () => {
  const tag = newTag();
  const client = redis.client();
  const limiter = limiterOf(tag);
  await limiter.acquire('update');
  for (const cause of ['rate-limited', 'outage'] as const) {
    await limiter.pause();
    await limiter.trip(cause, 10, Date.now());
    await limiter.clear();
    assert.equal(await client.ttl(`${tag}:pace`), -1, `after ${cause}`);
  }
});

test('different contacts that fail in a row are an outage for the whole fleet, until one goes through', async () => {
  const tag = newTag();
  const [one, other] = [limiterOf(tag), limiterOf(tag)];
  const failed = async (limiter: Limiter, contact: string) => {
    const { outage, contacts } = await limiter.streak(contact, Date.now());
    return [outage, contacts];
  };
  assert.deepEqual(await failed(one, '1'), [false, 1]);
  assert.deepEqual(await failed(other, '1'), [false, 1]);
  assert.deepEqual(await failed(other, '2'), [false, 2]);
  assert.deepEqual(await failed(one, '3'), [true, 3]);
  assert.equal(granted(await one.acquire('update')).streak, true);
  await one.clear('streak');
  assert.equal(granted(await one.acquire('update')).streak, false);
  assert.deepEqual(await failed(one, '4'), [false, 1]);
});

test('when pauses do not help the rows are to blame, some at a time, and each pause is longer than the one before', async () => {
  const tag = newTag();
  const limiter = limiterOf(tag);
  let contact = 0;
  const failed = async () => limiter.streak(String(++contact), Date.now() + 60_000);
  while (contact < 2) assert.equal((await failed()).outage, false);
  for (let step = 0; step < 4; step++) {
    assert.deepEqual(await failed(), { outage: true, contacts: contact, waitMs: null });
    await limiter.trip('outage', null, Date.now() + 60_000);
  }
  for (let row = 0; row <= 20; row++) assert.equal((await failed()).outage, false, `row ${row}`);
  await limiter.clear('answers');
  const { outage, waitMs } = await failed();
  assert.equal(outage, true);
  assert.ok(waitMs !== null && waitMs > 0);
});
