import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Limiter, type LimiterOptions, type Slot } from '../../src/pace/limiter.ts';
import { startTestRedis, type TestRedis } from '../redis/server.ts';

let redis: TestRedis;
let desks = 0;
before(async () => {
  redis = await startTestRedis();
});
after(() => redis.stop());

const OPTIONS: LimiterOptions = {
  firstStepMs: 100,
  longestStepMs: 250,
  windowMs: 60_000,
  probeMs: 300,
  random: () => 0,
};

/** A desk of its own for each test, so that nobody's holds are seen by another. */
function newTag(): string {
  desks += 1;
  return `{cs:desk${desks}}`;
}

function limiterOf(tag: string, more: Partial<LimiterOptions> = {}): Limiter {
  return new Limiter(redis.client(), tag, { ...OPTIONS, ...more });
}

function granted(slot: Slot): Extract<Slot, { granted: true }> {
  assert.ok(slot.granted, JSON.stringify(slot));
  return slot;
}

function refused(slot: Slot): Extract<Slot, { granted: false }> {
  assert.ok(!slot.granted, JSON.stringify(slot));
  return slot;
}

/** Takes slots for so long, as a busy process does; returns when each may be used. */
async function slotsFor(limiter: Limiter, ms: number): Promise<number[]> {
  const times: number[] = [];
  for (const end = Date.now() + ms; Date.now() < end; ) {
    const slot = await limiter.acquire();
    if (slot.granted) times.push(slot.at + slot.waitMs);
    await sleep(slot.waitMs);
  }
  return times;
}

test('four processes together stay within the limit of every window, and use it', async () => {
  const windowMs = 500;
  const rate = 50;
  const tag = newTag();
  const fleet = Array.from({ length: 4 }, () => limiterOf(tag, { windowMs }));
  await fleet[0]!.setRate(rate, 'always');
  const times = (await Promise.all(fleet.map((limiter) => slotsFor(limiter, 2200)))).flat().sort((a, b) => a - b);
  const windows = new Map<number, number>();
  for (const at of times) windows.set(Math.floor(at / windowMs), (windows.get(Math.floor(at / windowMs)) ?? 0) + 1);
  const counts = [...windows.values()];
  assert.ok(Math.max(...counts) <= rate, counts.join());
  const whole = counts.slice(1, -1);
  assert.ok(whole.length >= 3 && Math.min(...whole) >= 47, counts.join());
});

test('slots are evenly spaced, whichever process asks', async () => {
  const tag = newTag();
  const [one, other] = [limiterOf(tag), limiterOf(tag)];
  await one.setRate(600, 'always');
  const waits: number[] = [];
  for (let i = 0; i < 8; i += 1) {
    const slot = granted(await (i % 2 === 0 ? one : other).acquire());
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
  await limiter.acquire();
  await sleep(600);
  let free = 0;
  for (let i = 0; i < 100; i += 1) if (granted(await limiter.acquire()).waitMs === 0) free += 1;
  assert.ok(free >= 20 && free <= 40, `${free} at once`);
});

test('a slot more than a second away is not given out', async () => {
  const limiter = limiterOf(newTag());
  await limiter.setRate(20, 'always');
  await limiter.acquire();
  await limiter.acquire();
  const slot = refused(await limiter.acquire());
  assert.equal(slot.cause, 'pace');
  assert.ok(slot.waitMs <= 500, `${slot.waitMs}`);
});

test('a new rate is noticed by running processes at once', async () => {
  const tag = newTag();
  const [worker, operator] = [limiterOf(tag), limiterOf(tag)];
  await worker.setRate(2, 'always');
  await worker.acquire();
  await worker.acquire();
  assert.equal(refused(await worker.acquire()).cause, 'pace');
  await operator.setRate(6000, 'always');
  const slot = granted(await worker.acquire());
  assert.ok(slot.waitMs <= 1011, `${slot.waitMs} ms until the first slot of the new rate`);
  await operator.setRate(2, 'always');
  let last: Slot = slot;
  for (let i = 0; i < 4 && last.granted; i += 1) last = await worker.acquire();
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
  await limiter.acquire();
  await limiter.acquire();
  assert.equal(refused(await limiter.acquire()).cause, 'pace');
});

test('a window that is used up is waited out, whatever the spacing says', async () => {
  const windowMs = 1000;
  const tag = newTag();
  const limiter = limiterOf(tag, { windowMs });
  await limiter.setRate(1000, 'always');
  await sleep(windowMs - (Date.now() % windowMs) + 20);
  for (let i = 0; i < 10; i += 1) granted(await limiter.acquire());
  await limiter.setRate(10, 'always');
  const slot = refused(await limiter.acquire());
  assert.equal(slot.cause, 'pace');
  assert.equal((await limiter.state()).count, 10);
});

test('a 429 holds everybody for as long as it says, and nobody has to try first afterwards', async () => {
  const tag = newTag();
  const [one, other] = [limiterOf(tag), limiterOf(tag)];
  await one.acquire();
  await one.trip('rate-limited', 150, Date.now());
  const slot = refused(await other.acquire());
  assert.equal(slot.cause, 'rate-limited');
  assert.ok(slot.waitMs > 100 && slot.waitMs <= 200, `${slot.waitMs}`);
  assert.equal((await other.state()).cause, 'rate-limited');
  assert.equal(await other.held(), true);
  await sleep(slot.waitMs + 5);
  assert.equal(granted(await one.acquire()).probe, false);
  assert.equal(granted(await other.acquire()).probe, false);
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
  assert.equal(refused(await fleet[1]!.acquire()).cause, 'outage');
  await sleep(holdUntil - Date.now() + 5);
  const slots = await Promise.all(fleet.map((limiter) => limiter.acquire()));
  const probes = slots.filter((slot) => slot.granted);
  assert.equal(probes.length, 1);
  assert.equal(granted(probes[0]!).probe, true);
  for (const slot of slots) if (!slot.granted) assert.equal(slot.cause, 'outage');
  // The health check of that caller does not wait for itself.
  assert.equal(granted(await fleet[2]!.acquire('urgent')).probe, true);
  await fleet[0]!.clear();
  for (const limiter of fleet) assert.equal(granted(await limiter.acquire()).probe, false);
});

test('when the caller that tries the desk out is killed, another one does after a while', async () => {
  const tag = newTag();
  const [dead, alive] = [limiterOf(tag), limiterOf(tag)];
  const { holdUntil } = await dead.trip('outage', null, Date.now());
  await sleep(holdUntil - Date.now() + 5);
  granted(await dead.acquire());
  const slot = refused(await alive.acquire());
  assert.ok(slot.waitMs <= 300, `${slot.waitMs}`);
  await sleep(slot.waitMs + 5);
  assert.equal(granted(await alive.acquire()).probe, true);
});

test('a failed try holds everybody for the next step', async () => {
  const limiter = limiterOf(newTag());
  const { holdUntil } = await limiter.trip('outage', null, Date.now());
  await sleep(holdUntil - Date.now() + 5);
  const probe = granted(await limiter.acquire());
  assert.equal((await limiter.trip('outage', null, probe.at)).level, 2);
  assert.equal(refused(await limiter.acquire()).cause, 'outage');
});

test('trouble says since when, and one that is over does not lend its beginning to the next', async () => {
  const limiter = limiterOf(newTag());
  await limiter.trip('outage', null, Date.now());
  const first = (await limiter.state()).since!;
  await sleep(120);
  await limiter.trip('outage', null, Date.now());
  assert.equal((await limiter.state()).since, first);
  assert.equal(refused(await limiter.acquire()).since, first);
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
  assert.equal(refused(await worker.acquire()).cause, 'paused');
  assert.equal(refused(await worker.acquire('urgent')).cause, 'paused');
  assert.equal(await worker.held(), true);
  const { cause, since } = await worker.state();
  assert.equal(cause, 'paused');
  assert.ok(since !== null && Date.now() - since < 5000);
  await operator.resume();
  granted(await worker.acquire());
  assert.equal(await worker.held(), false);
});

test('resume ends a hold as well', async () => {
  const limiter = limiterOf(newTag());
  await limiter.trip('token-refused', 60_000, Date.now());
  assert.equal(refused(await limiter.acquire()).cause, 'token-refused');
  await limiter.resume();
  assert.equal(granted(await limiter.acquire()).probe, false);
});

test('a pause outlives whatever the calls under way still report', async () => {
  const tag = newTag();
  const client = redis.client();
  const limiter = limiterOf(tag);
  await limiter.acquire();
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
  assert.equal(granted(await one.acquire()).streak, true);
  await one.clear('streak');
  assert.equal(granted(await one.acquire()).streak, false);
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
