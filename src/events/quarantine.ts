import type { RedisClient } from '../redis/connect.ts';
import type { Keys } from '../redis/keys.ts';
import type { Quarantined } from './item.ts';

/** An event in quarantine. `id`: `<run>.<line>`; `since` in epoch milliseconds. */
export interface Held extends Quarantined {
  id: string;
  since: number;
}

/** As many are forgotten with one call: others wait for Redis meanwhile. */
const AT_ONCE = 500;

/** Events that are authentic and cannot be used, kept until somebody has mended what was wrong. */
export class Quarantine {
  readonly #redis: RedisClient;
  readonly #keys: Keys;

  constructor(redis: RedisClient, keys: Keys) {
    this.#redis = redis;
    this.#keys = keys;
  }

  /** The oldest first, from `sinceMs` on. */
  async *list({ sinceMs = 0, source, reason }: Wanted = {}): AsyncGenerator<Held> {
    const ids = await this.#redis.zrangebyscore(`${this.#keys.base}:quarantined`, sinceMs, '+inf', 'WITHSCORES');
    for (let i = 0; i < ids.length; i += 2) {
      const held = await this.#read(ids[i]!, Number(ids[i + 1]));
      if (held === undefined) continue;
      if (source !== undefined && held.source !== source) continue;
      if (reason !== undefined && held.reason !== reason) continue;
      yield held;
    }
  }

  async get(id: string): Promise<Held | undefined> {
    const since = await this.#redis.zscore(`${this.#keys.base}:quarantined`, id);
    return since === null ? undefined : this.#read(id, Number(since));
  }

  /** It was replayed, and is a row of its own now. */
  async release(id: string): Promise<void> {
    const { base } = this.#keys;
    await this.#redis.multi().hdel(`${base}:quarantine`, id).zrem(`${base}:quarantined`, id).exec();
  }

  /** Forgets what is older (epoch ms), a part of it at a time: it is people's data. Returns how many that were. */
  async forget(beforeMs: number): Promise<number> {
    const { base } = this.#keys;
    for (let forgotten = 0; ; ) {
      const old = await this.#redis.zrangebyscore(`${base}:quarantined`, '-inf', `(${beforeMs}`, 'LIMIT', 0, AT_ONCE);
      if (old.length === 0) return forgotten;
      await this.#redis
        .multi()
        .hdel(`${base}:quarantine`, ...old)
        .zrem(`${base}:quarantined`, ...old)
        .exec();
      forgotten += old.length;
    }
  }

  async size(): Promise<number> {
    return this.#redis.zcard(`${this.#keys.base}:quarantined`);
  }

  async #read(id: string, since: number): Promise<Held | undefined> {
    const text = await this.#redis.hget(`${this.#keys.base}:quarantine`, id);
    return text === null ? undefined : { id, since, ...(JSON.parse(text) as Quarantined) };
  }
}

export interface Wanted {
  sinceMs?: number | undefined;
  source?: string | undefined;
  reason?: string | undefined;
}
