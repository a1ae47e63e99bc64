import type { Redis } from 'ioredis';
import { fullness, usedMemory } from './used-memory.ts';

/** Above this part of its maxmemory nothing more is put into Redis; below the second one it goes on. */
const FULL_ABOVE = 0.85;
const ROOM_BELOW = 0.8;

/** What INFO said is true for so long, in milliseconds: no producer puts a percent of a Redis in meanwhile. */
const TRUE_FOR_MS = 200;

/**
 * Whether Redis has room for more, asked by whoever puts something in. A Redis that is full refuses the writes of workers
 * as well, which alone can empty it again.
 */
export class Headroom {
  readonly #node: () => Redis;
  readonly #now: () => number;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #why: string | undefined;

  /**
   * @param node the server that is asked, of a cluster the one that has the keys (see home.ts)
   * @param now milliseconds of any clock that goes forward
   */
  constructor(node: () => Redis, now: () => number) {
    this.#node = node;
    this.#now = now;
  }

  /** Why nothing more may be put in, as a sentence that ends with what to do; undefined while there is room. */
  async full(): Promise<string | undefined> {
    const now = this.#now();
    if (now - this.#lookedAt < TRUE_FOR_MS) return this.#why;
    this.#lookedAt = now;
    const memory = await usedMemory(this.#node());
    const part = fullness(memory);
    const full = part > (this.#why === undefined ? FULL_ABOVE : ROOM_BELOW);
    this.#why = full
      ? `waiting: Redis is nearly full (${Math.round(part * 100)} % of ${Math.round(memory.limit / 2 ** 20)} MB); raise its maxmemory, or see what fills it: contact-sync status`
      : undefined;
    return this.#why;
  }
}
