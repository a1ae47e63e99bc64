import assert from 'node:assert/strict';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LimiterOptions } from '../../src/pace/slot.ts';
import { startTestRedis, type TestRedis } from '../redis/server.ts';
import { granted, limiterOf, newTag } from './fleet.ts';

let redis: TestRedis;
before(async () => {
  redis = await startTestRedis();
});
after(() => redis.stop());

/** An account with so many callers, each of which makes one call after the other. */
interface Demand {
  callers: number;
  /** How long a call takes, in milliseconds. */
  callMs?: number;
  /** Between two calls, in milliseconds. */
  restMs?: number;
  /** When it ends, in milliseconds from the start. */
  to?: number;
}

/** Runs the accounts of one desk side by side, each on a connection of its own; returns when each made its calls, from the start. */
async function together(demands: readonly Demand[], ms: number, rate: number, more: Partial<LimiterOptions> = {}) {
  const tag = newTag();
  const limiters = demands.map((_, i) => limiterOf(redis, tag, { account: i + 1, ...more }));
  await limiters[0]!.setRate(rate, 'always');
  const began = Date.now();
  if (more.occupation !== undefined) await redis.client().hset(`${tag}:pace`, 'gain', 1000, 'seen', Date.now());
  const lanes = demands.map(async ({ callers, callMs = 5, restMs = 0, to = ms }, i) => {
    const calls: number[] = [];
    const lane = async () => {
      while (Date.now() - began < to) {
        const slot = await limiters[i]!.acquire('update');
        await sleep(slot.waitMs);
        if (!slot.granted) continue;
        calls.push(slot.at + slot.waitMs - began);
        await sleep(callMs + restMs);
      }
    };
    await Promise.all(Array.from({ length: callers }, lane));
    return calls;
  });
  const calls = await Promise.all(lanes);
  return {
    /** Calls of each account within so many milliseconds from the start. */
    between: (from: number, to: number) => calls.map((one) => one.filter((at) => at >= from && at < to).length),
  };
}

/**
 * Runs it again, twice at most, when this process stood still meanwhile: callers that cannot ask are no measure of what they would
 * have been given.
 */
async function calmly<T>(work: () => Promise<T>): Promise<T> {
  for (let left = 2; ; left -= 1) {
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    const result = await work();
    delay.disable();
    if (left === 0 || delay.max < 60e6) return result;
  }
}

const sum = (counts: readonly number[]) => counts.reduce((all, n) => all + n, 0);

describe('accounts that share a desk', { concurrency: 4 }, () => {
  test('three with 1, 4 and 16 callers get the same, and together all there is', async () => {
    const seen = await calmly(() => together([{ callers: 1 }, { callers: 4 }, { callers: 16 }], 3600, 6000));
    const counts = seen.between(800, 3300);
    const mean = sum(counts) / 3;
    for (const n of counts) assert.ok(Math.abs(n - mean) <= 0.1 * mean, `calls of each: ${counts}`);
    assert.ok(sum(counts) >= 0.95 * 2.5 * 98, `calls of each: ${counts}`);
  });

  test('what one does not want the others have', async () => {
    const seen = await together([{ callers: 1, restMs: 300 }, { callers: 4 }], 3600, 6000);
    const [little, much] = seen.between(800, 3300) as [number, number];
    assert.ok(little >= 5, `${little} calls of who wants few`);
    assert.ok(little + much >= 0.95 * 2.5 * 98, `calls of each: ${little}, ${much}`);
  });

  test('so it is where calls are held to a share of the desk', async () => {
    const demands = [
      { callers: 1, callMs: 20 },
      { callers: 16, callMs: 20 },
    ];
    const options = { occupation: { share: () => 0.9 } };
    const [seen, alone] = await calmly(() =>
      Promise.all([
        together(demands, 3600, 6000, options),
        together([{ callers: 17, callMs: 20 }], 3600, 6000, options),
      ]),
    );
    const counts = seen.between(800, 3300);
    // What a moment of a busy machine costs is not made up for here, so one account alone shows what there is.
    assert.ok(sum(counts) >= 0.95 * alone.between(800, 3300)[0]!, `calls of each: ${counts}`);
    assert.ok(Math.min(...counts) >= 0.45 * sum(counts), `calls of each: ${counts}`);
  });

  test('one that wants nothing any more costs the others nothing', async () => {
    const seen = await together([{ callers: 4 }, { callers: 4, to: 1000 }], 3600, 6000);
    const [one, other] = seen.between(500, 1000) as [number, number];
    assert.ok(Math.abs(one - other) <= 8, `while both want some: ${one}, ${other}`);
    const [all] = seen.between(1300, 3300) as [number, number];
    assert.ok(all >= 0.95 * 2 * 98, `${all} calls alone`);
  });
});

test('who is alone leaves nothing behind, and takes the place of nobody when another comes', async () => {
  const tag = newTag();
  const client = redis.client();
  const [one, other] = [1, 2].map((account) => limiterOf(redis, tag, { account }));
  await one!.setRate(6000, 'always');
  for (let i = 0; i < 20; i += 1) granted(await one!.acquire('update'));
  assert.equal(await client.exists(`${tag}:turns`), 0);
  granted(await other!.acquire('update'));
  assert.equal(await client.exists(`${tag}:turns`), 1);
  assert.ok((await client.pttl(`${tag}:turns`)) <= 10_000);
});
