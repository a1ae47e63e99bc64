import type { Logger } from 'pino';
import { stopIn } from '../rails/rail.ts';
import type { RedisClient } from '../redis/connect.ts';
import type { Keys } from '../redis/keys.ts';
import { CallCounter, type CallCounts } from './calls.ts';
import { type Ending, entryOf, idOf } from './entry.ts';
import { SETTLE_ROWS } from './settle.ts';
import type { Call } from './summary.ts';

/** Writes outcomes and calls into Redis. */
export class Ledger {
  readonly #redis: RedisClient;
  readonly #keys: Keys;
  readonly #log: Logger;
  readonly #sources = new Map<string, string[]>();
  readonly #calls: CallCounter;
  /** Told when a guard rail stopped a run just now. */
  onStopped: () => void = () => undefined;

  constructor(redis: RedisClient, keys: Keys, log: Logger) {
    this.#redis = redis;
    this.#keys = keys;
    this.#log = log;
    this.#calls = new CallCounter(redis, keys, log);
  }

  /** Ends rows, each exactly once whatever is replayed. */
  async settle(endings: readonly Ending[]): Promise<void> {
    if (endings.length === 0) return;
    this.flush();
    const entries = endings.map((e) => [e.run, e.place.row, e.outcome, e.reason, entryOf(e)]);
    const args = [this.#keys.base, JSON.stringify(entries)];
    await this.logFresh(endings, (await SETTLE_ROWS.run(this.#redis, [this.#keys.runs], args)) as number[]);
  }

  /** Whether rows that end are logged at all. */
  get logs(): boolean {
    return this.#log.isLevelEnabled('info');
  }

  /** Writes the log line of each row that ended just now, and of no other. */
  async logFresh(endings: readonly Ending[], fresh: readonly (number | string)[]): Promise<void> {
    if (!this.logs) return;
    for (const [i, ending] of endings.entries()) {
      if (fresh[i] === 1) this.#logOutcome(ending, await this.#sourcesOf(ending.run));
    }
  }

  async #sourcesOf(run: string): Promise<string[]> {
    let known = this.#sources.get(run);
    if (known === undefined) {
      const files = await this.#redis.hget(this.#keys.run(run), 'files');
      known = files == null ? [] : (JSON.parse(files) as { path: string }[]).map((f) => f.path);
      this.#sources.set(run, known);
    }
    return known;
  }

  #logOutcome(e: Ending, sources: readonly string[]): void {
    const c = e.circumstances;
    this.#log.info(
      {
        event: 'contact.outcome',
        run: e.run,
        source: sources[e.place.file] ?? '-',
        line: e.place.line,
        outcome: e.outcome,
        reason: e.reason === '' ? null : e.reason,
        contact_id: idOf(c.contact),
        fields: c.fields,
        http_status: c.status,
        attempts: c.attempts,
        duration_ms: Math.round(c.durationMs),
        desk_ms: c.deskMs,
        request_id: c.requestId === '' ? null : c.requestId,
        row: e.place.row,
        ...(c.detail === '' ? {} : { detail: c.detail }),
        ...(c.holder === undefined ? {} : { holder: c.holder }),
      },
      'contact.outcome',
    );
  }

  /**
   * Counts a call for the run. Redis hears of it together with the next row that ends, whichever it is, so a row that has
   * ended has its calls counted; or a moment later when none ends.
   */
  count(run: string, call: Call): void {
    this.#calls.add(run, call);
  }

  /** What was counted since the last time; the caller must tell Redis, in one script with what it does besides. */
  takeCalls(): CallCounts {
    return this.#calls.take();
  }

  /** Tells Redis of the calls counted so far, ahead of whatever is sent next on the same connection. */
  flush(): void {
    this.#calls.flush();
  }

  /** Says in the log that a guard rail stopped a run; `trips`: JSON as the run's hash keeps it. */
  stopped(run: string, trips: string): void {
    const { name, sentence } = stopIn(trips)!;
    this.onStopped();
    this.#log.warn({ event: 'run.stopped', run, rail: name, trips: JSON.parse(trips) }, sentence);
  }

  /** Counts a further attempt of a row. */
  retried(run: string): void {
    const counted = this.#redis
      .multi()
      .hincrby(this.#keys.run(run), 'retries', 1)
      .hincrby(this.#keys.totals, 'retries', 1)
      .exec();
    counted.catch((error: unknown) => {
      this.#log.error({ event: 'ledger.count', err: error }, 'retry not counted');
    });
  }
}
