import type { RedisClient } from './connect.ts';
import { defineScript } from './script.ts';

/** A command without a key would be answered by any node of a cluster, and their clocks differ. */
const CLOCK = defineScript(
  'clock',
  1,
  `local t = redis.call('TIME') return string.format('%.0f', math.floor(tonumber(t[1]) * 1000 + tonumber(t[2]) / 1000))`,
);

/** The time on the clock of the server that has the key, in epoch milliseconds. */
export async function clockOf(redis: RedisClient, key: string): Promise<number> {
  return Number(await CLOCK.run(redis, [key], []));
}
