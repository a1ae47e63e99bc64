import type { RedisClient } from '../redis/connect.ts';
import type { Keys } from '../redis/keys.ts';

/** A worker that was silent for longer is not counted any more, in milliseconds. */
const SHOWN_FOR_MS = 10_000;

/** What a worker says of itself. */
interface Said {
  since: number;
  in_flight: number;
}

/** A process that works. */
export interface RosterEntry {
  /** Host and process id: `worker-1:4711`. */
  name: string;
  /** When it began to work, and when it showed itself last; epoch milliseconds on its own clock. */
  sinceMs: number;
  seenMs: number;
  /** Calls to the desk at that moment. */
  inFlight: number;
}

/** The processes that work for one account. Who dies is gone from it ten seconds later. */
export class Roster {
  readonly #redis: RedisClient;
  readonly #keys: Keys;

  constructor(redis: RedisClient, keys: Keys) {
    this.#redis = redis;
    this.#keys = keys;
  }

  /** Lets others see this process until it is silent for ten seconds. */
  async show(name: string, sinceMs: number, inFlight: number): Promise<void> {
    const { workers } = this.#keys;
    const now = Date.now();
    const gone = await this.#redis.zrangebyscore(workers, '-inf', now);
    const said: Said = { since: sinceMs, in_flight: inFlight };
    const shown = this.#redis
      .multi()
      .zadd(workers, now + SHOWN_FOR_MS, name)
      .hset(`${workers}:said`, name, JSON.stringify(said));
    const others = gone.filter((other) => other !== name);
    if (others.length > 0) shown.zrem(workers, ...others).hdel(`${workers}:said`, ...others);
    await shown.exec();
  }

  /** It works no more. */
  async leave(name: string): Promise<void> {
    const { workers } = this.#keys;
    await this.#redis.multi().zrem(workers, name).hdel(`${workers}:said`, name).exec();
  }

  /** Those that showed themselves lately, the one that works longest first. */
  async list(): Promise<RosterEntry[]> {
    const { workers } = this.#keys;
    const [shown, said] = await Promise.all([
      this.#redis.zrangebyscore(workers, Date.now(), '+inf', 'WITHSCORES'),
      this.#redis.hgetall(`${workers}:said`),
    ]);
    const entries: RosterEntry[] = [];
    for (let i = 0; i < shown.length; i += 2) {
      const name = shown[i]!;
      const seenMs = Number(shown[i + 1]) - SHOWN_FOR_MS;
      const { since = seenMs, in_flight = 0 } = JSON.parse(said[name] ?? '{}') as Partial<Said>;
      entries.push({ name, sinceMs: since, seenMs, inFlight: in_flight });
    }
    return entries.sort((a, b) => a.sinceMs - b.sinceMs);
  }

  /** How many that are. */
  async size(): Promise<number> {
    return this.#redis.zcount(this.#keys.workers, Date.now(), '+inf');
  }
}
