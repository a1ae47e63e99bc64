import type { RedisClient } from '../redis/connect.ts';
import type { Keys } from '../redis/keys.ts';
import { OUTCOMES, type Outcome } from './outcome.ts';
import { CALL_KINDS, type CallKind } from './summary.ts';

/** What all runs of an account have done so far, those included that are forgotten by now. Only ever grows. */
export interface Totals {
  outcomes: Record<Outcome, number>;
  calls: Record<CallKind, number>;
  /** Microseconds that the desk worked. */
  deskUs: Record<CallKind, number>;
  retries: number;
  rateLimited: number;
}

/** Reads what the scripts that end rows and count calls have added up (settle.ts). */
export async function totalsOf(redis: RedisClient, keys: Keys): Promise<Totals> {
  const hash = await redis.hgetall(keys.totals);
  const read = <K extends string>(names: readonly K[], prefix: string) =>
    Object.fromEntries(names.map((name) => [name, Number(hash[prefix + name] ?? 0)])) as Record<K, number>;
  return {
    outcomes: read(OUTCOMES, 'o:'),
    calls: read(CALL_KINDS, 'c:'),
    deskUs: read(CALL_KINDS, 'us:'),
    retries: Number(hash.retries ?? 0),
    rateLimited: Number(hash.rate_limited ?? 0),
  };
}
