import { setTimeout as sleep } from 'node:timers/promises';
import { DelayedError, type Job, RateLimitError, WaitingError, Worker } from 'bullmq';
import type { Logger } from 'pino';
import { type FetchParts, type FetchTurn, fetchRecord } from '../../jobs/fetch.ts';
import { partsOf, type ThinEvents } from '../events/thin.ts';
import { type Pauses, pauseMs } from '../fetch/pause.ts';
import type { Found } from '../fetch/verdict.ts';
import type { FetchJobs } from '../queue/fetch-jobs.ts';
import type { RedisClient } from '../redis/connect.ts';
import type { Keys } from '../redis/keys.ts';

/** What fetching for one source stands on. */
export interface FetcherParts extends Omit<FetchParts, 'thin' | 'onRetry'> {
  /** Name of the source. */
  source: string;
  redis: RedisClient;
  keys: Keys;
  thin: ThinEvents;
  jobs: FetchJobs;
  log: Logger;
  /** Most requests a second, of all processes together. */
  rate: number;
  /** How long the source waits when the credential is refused or requests are too many. */
  sourcePauses: Pauses;
  now: () => number;
}

/** See pool.ts: a killed worker's jobs are free after lock and two looks. The lock is renewed while a request takes long. */
const LOCK_MS = 8000;
const STALLED_LOOK_MS = 2500;

/** See pool.ts: how soon a job is asked for again after a failover, in milliseconds. */
const AGAIN_MS = 1000;

/** A record whose worker died more often than this is given up: it may be what kills the worker. */
const MAX_CRASHES = 50;
const DEADLY: Found = {
  type: 'never',
  why: 'the worker died several times while it was fetched: please report it with the log',
};

/** Requests end at once, so closing takes no longer than Redis does; without it nobody waits, in milliseconds. */
const GRACE_MS = 5000;
const FORCE_MS = 1000;

/** What has lost its job gets another one so often, in milliseconds. */
const SWEEP_EVERY_MS = 5000;

/** That a source waits stands in the log so often at most, in milliseconds. */
const SAY_EVERY_MS = 60_000;

/** Requests in flight at a time, at most: with a rate of 5 enough for a CRM that takes two seconds. */
const MOST_AT_ONCE = 20;

/** Fetches records for one source with BullMQ, at its rate, and finds what was left without a job. */
export class Fetcher {
  readonly #parts: FetcherParts;
  readonly #worker: Worker;
  readonly #stopping = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #sweeping: Promise<void>;
  #holds = 0;
  #heldUntil = 0;
  #saidAt = Number.NEGATIVE_INFINITY;

  constructor(parts: FetcherParts) {
    this.#parts = parts;
    this.#worker = new Worker(
      parts.keys.fetchQueue(parts.source),
      (job: Job, token?: string) => this.#process(job, token!),
      {
        connection: parts.redis,
        prefix: parts.keys.tag,
        concurrency: Math.min(MOST_AT_ONCE, Math.ceil(2 * parts.rate)),
        // One after the other: as many a second at once is what a CRM's own limit does not forgive.
        limiter: { max: 1, duration: Math.ceil(1000 / parts.rate) },
        lockDuration: LOCK_MS,
        stalledInterval: STALLED_LOOK_MS,
        runRetryDelay: AGAIN_MS,
        maxStalledCount: 1000,
        removeOnComplete: { count: 0 },
        removeOnFail: { count: 100, age: 24 * 60 * 60 },
      },
    );
    const { log, source } = parts;
    this.#worker.on('error', (err) => log.warn({ event: 'worker.error', source, err }, 'worker.error'));
    this.#sweeping = this.#sweep();
    this.#timer = setInterval(() => {
      this.#sweeping = this.#sweeping.then(() => this.#sweep());
    }, SWEEP_EVERY_MS);
  }

  /** Ends requests that are under way without having used an attempt. `away`: Redis is, so that nobody waits for it. */
  async stop(away: boolean): Promise<void> {
    clearInterval(this.#timer);
    this.#stopping.abort(new Error('stopping'));
    const late = new AbortController();
    const work = Promise.all([this.#worker.close(away), away ? undefined : this.#sweeping]);
    const enough = sleep(away ? FORCE_MS : GRACE_MS, undefined, { signal: late.signal });
    await Promise.race([work.catch(() => undefined), enough.catch(() => undefined)]);
    late.abort();
  }

  /** Gives each event a job that has none: a process may die between the two, an operator may remove jobs. */
  async #sweep(): Promise<void> {
    const { thin, jobs, log, source } = this.#parts;
    try {
      const waiting = await thin.size();
      const open = await jobs.open();
      if (waiting <= open) return;
      // One whose job is being added gets no second one: both have the same deduplication id.
      await jobs.add(await thin.places());
      log.debug({ event: 'fetch.swept', source, waiting, open }, 'fetch.swept');
    } catch (error) {
      log.warn({ event: 'chore.failed', source, err: error }, 'chore.failed');
    }
  }

  async #process(job: Job, token: string): Promise<void> {
    const { log, source, now } = this.#parts;
    const turn = await this.#turn(job.deduplicationId!, job.stalledCounter > MAX_CRASHES).catch((error: Error) => {
      log.error({ event: 'job.error', job: 'fetch', source, err: error }, 'job.error');
      throw error;
    });
    switch (turn.type) {
      case 'done':
        this.#holds = 0;
        return;
      case 'later':
        await job.moveToDelayed(now() + turn.ms, token);
        throw new DelayedError();
      case 'hold':
        await this.#hold(turn);
        throw new RateLimitError();
      case 'stopping':
        await job.moveToWait(token);
        throw new WaitingError();
    }
  }

  async #turn(place: string, deadly: boolean): Promise<FetchTurn> {
    const { log, source, ask } = this.#parts;
    return fetchRecord(
      place,
      {
        ...this.#parts,
        ask: deadly ? async () => DEADLY : ask,
        onRetry: ({ attempts }, why) => {
          const { run, row } = partsOf(place);
          log.info({ event: 'fetch.retry', source, run, line: row + 1, attempt: attempts + 1, why }, 'fetch.retry');
        },
      },
      this.#stopping.signal,
    );
  }

  /** What was under way together is refused together: that is one refusal. */
  async #hold({ status, waitMs }: { status: number; waitMs: number | null }): Promise<void> {
    const { jobs, thin, log, source, sourcePauses, random, now } = this.#parts;
    if (now() >= this.#heldUntil) {
      this.#holds++;
      this.#heldUntil = now() + (waitMs ?? pauseMs(sourcePauses, this.#holds, random));
    }
    await jobs.hold(Math.max(1, Math.ceil(this.#heldUntil - now())));
    if (now() - this.#saidAt < SAY_EVERY_MS) return;
    this.#saidAt = now();
    const said = { event: 'fetch.waiting', source, http_status: status, waiting: await thin.size() };
    if (status === 429) log.info(said, 'the CRM asks for a pause');
    else log.warn(said, 'the CRM refuses the credential: mend it in the CRM, or mend fetch.headers and start again');
  }
}
