import assert from 'node:assert/strict';
import { Limiter } from '../../src/pace/limiter.ts';
import type { LimiterOptions, Slot } from '../../src/pace/slot.ts';
import type { TestRedis } from '../redis/server.ts';

let desks = 0;

/** Short steps, no jitter. */
const OPTIONS: LimiterOptions = {
  account: 1,
  firstStepMs: 100,
  longestStepMs: 250,
  windowMs: 60_000,
  probeMs: 300,
  random: () => 0,
};

/** A desk of its own for each test, so that nobody's holds are seen by another. */
export function newTag(): string {
  desks += 1;
  return `{cs:desk${desks}}`;
}

/** A process of the desk's fleet, on a connection of its own. */
export function limiterOf(redis: TestRedis, tag: string, more: Partial<LimiterOptions> = {}): Limiter {
  return new Limiter(redis.client(), tag, { ...OPTIONS, ...more });
}

export function granted(slot: Slot): Extract<Slot, { granted: true }> {
  assert.ok(slot.granted, JSON.stringify(slot));
  return slot;
}

export function refused(slot: Slot): Extract<Slot, { granted: false }> {
  assert.ok(!slot.granted, JSON.stringify(slot));
  return slot;
}
