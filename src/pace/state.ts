import type { HoldCause } from '../chatwoot/verdict.ts';
import type { RedisClient } from '../redis/connect.ts';
import type { PaceState, Why } from './slot.ts';

/** What is known of a limiter without asking Redis. */
interface Known {
  windowMs: number;
  /** Calls a minute, for when Redis forgot it. */
  rate: number;
  adaptive: boolean;
}

/** What holds calls, read from the hash of a desk or of an account. */
interface Held {
  cause: HoldCause | 'paused' | null;
  until: number | null;
  since: number | null;
}

const HELD = ['cause', 'hold_until', 'since', 'paused', 'level'] as const;

/** How it stands with an account, from the hash of its desk and its own. Times are epoch milliseconds of Redis' clock. */
export async function paceState(redis: RedisClient, desk: string, own: string, known: Known): Promise<PaceState> {
  const [[rate, count, wrap, gain, cores, ratio, why, ...ofDesk], ofAccount] = await Promise.all([
    redis.hmget(desk, 'rate', 'count', 'wrap', 'gain', 'cores', 'ratio', 'why', ...HELD),
    redis.hmget(own, ...HELD),
  ]);
  const whole = heldBy(ofDesk);
  const held = whole.cause === null ? heldBy(ofAccount) : whole;
  const present = Math.floor(Date.now() / known.windowMs) === Number(wrap);
  return {
    rate: Number(rate ?? known.rate),
    count: present ? Number(count ?? 0) : 0,
    cause: held.cause,
    holdUntil: held.until,
    since: held.since,
    occupation:
      !known.adaptive || why == null
        ? null
        : { gain: Number(gain) / 1000, cores: Number(cores), ratio: Number(ratio), why: why as Why },
  };
}

function heldBy([cause, hold, since, paused, level]: (string | null | undefined)[]): Held {
  const held = Number(level ?? 0) > 0 || Number(hold ?? 0) > Date.now();
  const until = held && hold != null ? Number(hold) : null;
  if (paused != null) return { cause: 'paused', until, since: Number(paused) };
  return {
    cause: held ? ((cause ?? null) as HoldCause | null) : null,
    until,
    since: held && since != null ? Number(since) : null,
  };
}
