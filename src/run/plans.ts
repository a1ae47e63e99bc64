import { clockOf } from '../redis/clock.ts';
import type { RedisClient } from '../redis/connect.ts';
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
export async function planBegins(redis: RedisClient, { baseUrl, accountId }: Account, plan: string): Promise<void> {
  const { plans } = keysOf(baseUrl, accountId);
  await redis.zadd(plans, await clockOf(redis, plans), plan);
}

/** Removes everything of a plan. `keys` are those of the plan. */
export async function planEnds(redis: RedisClient, keys: Keys, plan: string): Promise<void> {
  await unlinkAll(redis, `${keys.base}:`);
  await unlinkAll(redis, `${keys.tag}:${keys.queue}:`);
  // Last, so that one who is killed meanwhile leaves the name for the next.
  await redis.zrem(keys.plans, plan);
}

/**
 * Removes what plans left that were killed more than a day ago: a plan is never continued, so nobody else would. All
 * keys are looked through for each of them, and none when there is none. Returns their names.
 */
export async function forgetDeadPlans(redis: RedisClient, { baseUrl, accountId }: Account): Promise<string[]> {
  const { plans } = keysOf(baseUrl, accountId);
  const dead = await redis.zrangebyscore(plans, '-inf', (await clockOf(redis, plans)) - DEAD_AFTER_MS);
  for (const plan of dead) await planEnds(redis, keysOf(baseUrl, accountId, plan), plan);
  return dead;
}
