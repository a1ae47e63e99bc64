import type { Logger } from 'pino';
import type { RedisClient } from '../redis/connect.ts';
import type { Keys } from '../redis/keys.ts';
import { COUNT_CALLS } from './settle.ts';
import type { Call } from './summary.ts';

/** Desk time in classes of 5 %, so that the median of any number of calls needs no more than a few counters. */
const CLASS = Math.log(1.05);

/** The counter a call of so many milliseconds falls into. */
export function classOf(ms: number): number {
  return Math.round(Math.log(Math.max(ms, 0.01)) / CLASS);
}

/** The milliseconds a counter stands for. */
export function msOfClass(index: number): number {
  return Math.exp(index * CLASS);
}

/** By run: counter, what to add, counter, what to add, ... */
export type CallCounts = (readonly [run: string, counters: (string | number)[]])[];

/** So long a counted call may stay in memory when no row ends, in milliseconds. */
const FLUSH_AFTER_MS = 100;

/**
 * Calls on their way into the books. They ride along with the script that ends a row: a command of their own for each call
 * was a tenth of all the work of a row.
 */
export class CallCounter {
  readonly #redis: RedisClient;
  readonly #keys: Keys;
  readonly #log: Logger;
  readonly #calls = new Map<string, Map<string, number>>();
  #timer: NodeJS.Timeout | undefined;

  constructor(redis: RedisClient, keys: Keys, log: Logger) {
    this.#redis = redis;
    this.#keys = keys;
    this.#log = log;
  }

  add(run: string, call: Call): void {
    const counters = this.#calls.get(run) ?? new Map<string, number>();
    this.#calls.set(run, counters);
    const count = (counter: string, n: number) => counters.set(counter, (counters.get(counter) ?? 0) + n);
    count(`c:${call.kind}`, 1);
    if (call.deskMs !== null) {
      count(`us:${call.kind}`, Math.round(call.deskMs * 1000));
      count(`h:${call.kind}:${classOf(call.deskMs)}`, 1);
    }
    if (call.rateLimited) count('rate_limited', 1);
    this.#timer ??= setTimeout(() => this.flush(), FLUSH_AFTER_MS);
  }

  /** What was counted since the last time. */
  take(): CallCounts {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#calls.size === 0) return [];
    const taken = [...this.#calls].map(([run, counters]) => [run, [...counters].flat()] as const);
    this.#calls.clear();
    return taken;
  }

  /** Tells Redis, ahead of whatever is sent next on the same connection. Not waited for. */
  flush(): void {
    const calls = this.take();
    if (calls.length === 0) return;
    COUNT_CALLS.run(this.#redis, [this.#keys.runs], [this.#keys.base, JSON.stringify(calls)]).catch((error: unknown) =>
      this.#log.error({ event: 'ledger.count', err: error }, 'calls not counted'),
    );
  }
}
