import { clockOf } from '../redis/clock.ts';
import type { RedisClient } from '../redis/connect.ts';
import type { Keys } from '../redis/keys.ts';
import { digestOf } from './digest.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Days in a hash of deletions, as TAKE_EVENTS counts them. */
const DAYS = 31;

/** Which records of a CRM its events said were deleted. Plan or not, it looks at what events really told. */
export class Graves {
  readonly #redis: RedisClient;
  readonly #keys: Keys;

  constructor(redis: RedisClient, keys: Keys) {
    this.#redis = redis;
    this.#keys = keys;
  }

  /**
   * When each of these records was deleted, in epoch milliseconds; undefined where no event said so within the last 31 to
   * 62 days. Rejects when Redis does.
   *
   * @param source as it stands in the configuration
   * @param subjects the CRM's own ids, as its events spell them
   */
  async deletedAt(source: string, subjects: readonly string[]): Promise<(number | undefined)[]> {
    if (subjects.length === 0) return [];
    const month = Math.floor(Math.floor((await clockOf(this.#redis, this.#keys.runs)) / DAY_MS) / DAYS);
    const names = subjects.map(digestOf);
    const [now, before] = await Promise.all(
      [month, month - 1].map((n) => this.#redis.hmget(`${this.#keys.memory}:tomb:${source}:${n}`, ...names)),
    );
    return names.map((_, i) => {
      const at = now![i] ?? before![i];
      return at == null ? undefined : Number(at);
    });
  }
}
