import { setMaxListeners } from 'node:events';
import { DelayedError, type Job, UnrecoverableError, WaitingError, Worker } from 'bullmq';
import { JOBS, type JobName, subjectOf } from '../../jobs/catalog.ts';
import { type Attempt, ComeBack, TryLater } from '../../jobs/failure.ts';
import { match } from '../../jobs/match.ts';
import { giveUp, update } from '../../jobs/update.ts';
import { backoffMs } from '../queue/backoff.ts';
import { loggableName } from '../queue/new-contact.ts';
import { isFull } from '../redis/full.ts';
import { isReady } from '../redis/home.ts';
import { fence } from './fence.ts';
import { Foreseer } from './foreseer.ts';
import { forMatches, forUpdates, over, type PoolParts, type SharedByMatches, type SharedByUpdates } from './tools.ts';
import { within } from './within.ts';

/** A job whose worker died more often than this is given up: it may be what kills the worker. */
const MAX_CRASHES = 50;

/**
 * A killed worker's jobs are free after the lock ran out and two looks at most: 8 + 2 x 2.5 s, within the 15 promised. The
 * lock is renewed while a call takes long.
 */
const LOCK_MS = 8000;
const STALLED_LOOK_MS = 2500;

/** When asking for a job fails (`UNBLOCKED`: the primary became a replica) it is asked again so much later, in milliseconds. */
const AGAIN_MS = 1000;

/** Closing by force needs Redis; without it nobody waits longer, in milliseconds. */
const FORCE_MS = 1000;

/**
 * So many more jobs than calls in flight are open: they look into their mailbox or write down an outcome while the calls
 * of others are at the desk.
 */
const READY_SHARE = 0.5;

/** A job that Redis had no room for comes back after so many milliseconds, without having used an attempt. */
const FULL_MS = 1000;

/** Jobs that are open at a time. One call in flight means one write after the other: the next one knows how the last ended. */
function openJobs(inFlight: number): number {
  return inFlight === 1 ? 1 : inFlight + Math.ceil(inFlight * READY_SHARE);
}

/** Runs jobs with BullMQ. The only place that throws for flow control, because BullMQ is told so. */
export class Pool {
  readonly #parts: PoolParts;
  readonly #worker: Worker;
  readonly #stopping = new AbortController();
  readonly #foreseer: Foreseer | undefined;
  readonly #update: SharedByUpdates;
  readonly #match: SharedByMatches;

  /** `inFlight`: how many calls this process may have in flight (see Desk). */
  constructor(parts: PoolParts, inFlight: number) {
    this.#parts = parts;
    // Each job that waits for its time listens: that is no leak, whatever their number.
    setMaxListeners(0, this.#stopping.signal);
    this.#update = forUpdates(parts, this.#stopping.signal);
    this.#match = forMatches(parts, this.#stopping.signal);
    if (parts.planning) {
      this.#foreseer = new Foreseer(parts, parts.log);
      parts.jobs.divert(this.#foreseer);
    }
    this.#worker = new Worker(parts.keys.queue, (job: Job, token?: string) => this.#process(job, token!), {
      connection: parts.redis,
      prefix: parts.keys.tag,
      concurrency: openJobs(inFlight),
      lockDuration: LOCK_MS,
      stalledInterval: STALLED_LOOK_MS,
      // Crashes are counted by us; BullMQ's limit would fail the job without using its attempts.
      maxStalledCount: 1000,
      removeOnComplete: { count: 0 },
      removeOnFail: { count: 1000, age: 24 * 60 * 60 },
      runRetryDelay: AGAIN_MS,
      settings: { backoffStrategy: (failed: number) => backoffMs(failed, parts.random) },
    });
    this.#worker.on('error', (err) => parts.log.warn({ event: 'worker.error', err }, 'worker.error'));
    this.#worker.on('stalled', (id) =>
      parts.log.warn({ event: 'worker.stalled', job: id }, 'a job was left by its worker'),
    );
  }

  async ready(): Promise<void> {
    await this.#worker.waitUntilReady();
  }

  /**
   * Stops taking jobs and ends waiting; calls that are under way are finished, for `graceMs` at most. What was waiting
   * goes back to the queue without having used an attempt.
   */
  async stop(graceMs: number): Promise<void> {
    this.#stopping.abort(new Error('stopping'));
    // Without Redis no job can end; they are left to other workers' recovery. The first call decides how to close.
    const away = !isReady(this.#parts.redis, this.#parts.keys.tag);
    await within(away ? FORCE_MS : graceMs, Promise.all([this.#worker.close(away), this.#foreseer?.stop()]));
  }

  async #process(job: Job, token: string): Promise<void> {
    const parts = this.#parts;
    const name = job.name as JobName;
    const attempt: Attempt = { number: job.attemptsMade + 1, last: job.attemptsMade + 1 >= JOBS[name].attempts };
    const subject = subjectOf(job.deduplicationId!);
    try {
      const crashes = job.stalledCounter > MAX_CRASHES;
      if (name === 'update') {
        const tools = over(this.#update, { attempt, fence: () => fence(job, token, LOCK_MS) });
        await (crashes ? giveUp(subject, tools) : update(subject, tools));
      } else {
        const last = attempt.last || crashes;
        await match(subject, over(this.#match, { attempt: { ...attempt, last } }));
      }
    } catch (error) {
      if (this.#stopping.signal.aborted && isAbort(error)) {
        await job.moveToWait(token);
        throw new WaitingError();
      }
      const wait = isFull(error) ? FULL_MS : error instanceof ComeBack ? error.ms : undefined;
      if (wait !== undefined) {
        await job.moveToDelayed(Date.now() + wait, token);
        throw new DelayedError();
      }
      if (error instanceof TryLater) {
        parts.log.info(
          {
            event: 'contact.retry',
            job: name,
            subject: loggableName(subject),
            attempt: attempt.number,
            reason: error.reason,
            http_status: error.status,
          },
          'contact.retry',
        );
      } else if (!(error instanceof UnrecoverableError)) {
        parts.log.error(
          { event: 'job.error', job: name, subject: loggableName(subject), attempt: attempt.number, err: error },
          'job.error',
        );
      }
      throw error;
    }
  }
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || error.message === 'stopping');
}
