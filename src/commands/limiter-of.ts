import { shareAt } from '../../config/pace.ts';
import { type Config, DEFAULT_RATE } from '../../config/schema.ts';
import { Limiter } from '../pace/limiter.ts';
import type { RedisClient } from '../redis/connect.ts';
import { isFull } from '../redis/full.ts';

/** The limiter of an account's desk, as configured. `tag` is the hash tag of the desk. */
export function limiterOf(config: Config, redis: RedisClient, tag: string, account: number): Limiter {
  const { pace, desk_share } = config;
  return new Limiter(redis, tag, {
    account,
    firstStepMs: config.outage_steps.first * 1000,
    longestStepMs: config.outage_steps.longest * 1000,
    windowMs: config.chatwoot.rate_window * 1000,
    // A caller that dies while it tries the desk out must not keep the others waiting; a slow one is joined by another.
    probeMs: Math.min(config.chatwoot.timeout, 5) * 1000,
    random: Math.random,
    ...(pace.mode === 'auto' ? { occupation: { share: () => shareAt(pace, desk_share, minutesNow()) } } : {}),
  });
}

/** Minutes since midnight, as the clock of this machine shows. */
function minutesNow(): number {
  const now = new Date();
  return now.getHours() * 60 + now.getMinutes();
}

/**
 * Sets the rate of all processes together: what is configured, else the default where nobody has said one. A Redis that is
 * full can still be looked into (`status` says what fills it), so that it refuses this is told to whoever makes a call.
 */
export async function agreeOnRate(limiter: Limiter, { rate }: Config): Promise<void> {
  await limiter.setRate(rate ?? DEFAULT_RATE, rate === undefined ? 'if-unset' : 'always').catch((error: unknown) => {
    if (!isFull(error)) throw error;
  });
}
