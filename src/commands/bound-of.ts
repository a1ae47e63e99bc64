import type { Config } from '../../config/schema.ts';
import { Bound } from '../memory/bound.ts';
import type { RedisClient } from '../redis/connect.ts';
import type { Keys } from '../redis/keys.ts';

/** What holds memory within its bound, as the configuration says. */
export function boundOf(config: Config, redis: RedisClient, keys: Keys): Bound {
  const megabytes = config.remember_memory;
  return new Bound(redis, keys, { most: megabytes === undefined ? undefined : megabytes * 2 ** 20, now: Date.now });
}
