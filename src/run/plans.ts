import type { Redis } from 'ioredis';
import { type Keys, keysOf } from '../redis/keys.ts';
import { unlinkAll } from '../redis/unlink.ts';

/** A plan that is not over after so long was killed; what it left holds values of contacts. In milliseconds. */
export const DEAD_AFTER_MS = 24 * 60 * 60 * 1000;

/** The account that is planned for. */
interface Account {
  baseUrl: string;
  accountId: number;
}

/** Notes that a plan begins, before it leaves anything else. */
export async function planBegins(redis: Redis, { baseUrl, accountId }: Account, plan: string): Promise<void> {
  await redis.zadd(keysOf(baseUrl, accountId).plans, await nowOf(redis), plan);
}

/** Removes everything of a plan. `keys` are those of the plan. */
export async function planEnds(redis: Redis, keys: Keys, plan: string): Promise<void> {
  await unlinkAll(redis, `${keys.base}:`);
  await unlinkAll(redis, `${keys.tag}:${keys.queue}:`);
  // Last, so that one who is killed meanwhile leaves the name for the next.
  await redis.zrem(keys.plans, plan);
}

/**
 * Removes what plans left that were killed more than a day ago: a plan is never continued, so nobody else would. All
 * keys are looked through for each of them, and none when there is none. Returns their names.
 */
export async function forgetDeadPlans(redis: Redis, { baseUrl, accountId }: Account): Promise<string[]> {
  const { plans } = keysOf(baseUrl, accountId);
  const dead = await redis.zrangebyscore(plans, '-inf', (await nowOf(redis)) - DEAD_AFTER_MS);
  for (const plan of dead) await planEnds(redis, keysOf(baseUrl, accountId, plan), plan);
  return dead;
}

/** Redis' clock, in epoch milliseconds. */
async function nowOf(redis: Redis): Promise<number> {
  const [seconds, micros] = await redis.time();
  return Number(seconds) * 1000 + Math.floor(Number(micros) / 1000);
}
