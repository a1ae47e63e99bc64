import type { RedisClient } from '../redis/connect.ts';
import { CALL_KINDS, type CallKind } from '../run/summary.ts';

/** What calls have cost a desk lately, so that a plan can say what it will cost before it has made one of a kind. */
export class Costs {
  readonly #redis: RedisClient;
  readonly #key: string;

  constructor(redis: RedisClient, tag: string) {
    this.#redis = redis;
    this.#key = `${tag}:costs`;
  }

  /** Median desk time in milliseconds by kind of call, of the last run that made such calls. */
  async known(): Promise<Partial<Record<CallKind, number>>> {
    const held = await this.#redis.hgetall(this.#key);
    const known: Partial<Record<CallKind, number>> = {};
    for (const kind of CALL_KINDS) if (held[kind] !== undefined) known[kind] = Number(held[kind]);
    return known;
  }

  async learn(medians: Partial<Record<CallKind, number>>): Promise<void> {
    if (Object.keys(medians).length > 0) await this.#redis.hset(this.#key, medians);
  }
}
