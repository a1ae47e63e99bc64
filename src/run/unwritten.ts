import type { RedisClient } from '../redis/connect.ts';
import type { Keys } from '../redis/keys.ts';
import type { Books } from './drain.ts';

/** A run that is not written down by the process that began it, and where that process would have. */
export interface UnwrittenRun {
  run: string;
  /** Paths on the machine that began it. */
  books: Books;
}

/**
 * Runs whose outcomes nobody writes down as they come: `enqueue` has put their rows into Redis and is gone. Whoever works
 * where their books are does it; else they wait for `report`.
 */
export class Unwritten {
  readonly #redis: RedisClient;
  readonly #key: string;

  constructor(redis: RedisClient, keys: Keys) {
    this.#redis = redis;
    this.#key = keys.unwritten;
  }

  async add({ run, books }: UnwrittenRun): Promise<void> {
    await this.#redis.hset(this.#key, run, JSON.stringify(books));
  }

  async list(): Promise<UnwrittenRun[]> {
    const all = await this.#redis.hgetall(this.#key);
    return Object.entries(all).map(([run, books]) => ({ run, books: JSON.parse(books) as Books }));
  }

  /** Where its books are; undefined when the process that began it writes them itself, or all is written. */
  async booksOf(run: string): Promise<Books | undefined> {
    const books = await this.#redis.hget(this.#key, run);
    return books === null ? undefined : (JSON.parse(books) as Books);
  }

  /** All of it is written down, or forgotten. */
  async remove(run: string): Promise<void> {
    await this.#redis.hdel(this.#key, run);
  }
}
