import { hostname } from 'node:os';
import type { Logger } from 'pino';
import type { Bound } from '../memory/bound.ts';
import type { WriteHold } from '../queue/hold.ts';
import type { Intake } from '../queue/intake.ts';
import type { Jobs } from '../queue/jobs.ts';
import type { RedisClient } from '../redis/connect.ts';
import { isReady } from '../redis/home.ts';
import type { Keys } from '../redis/keys.ts';
import { Roster } from './roster.ts';

export interface ChoreParts {
  redis: RedisClient;
  keys: Keys;
  intake: Intake;
  hold: WriteHold;
  jobs: Jobs;
  /** How many calls of this process are at the desk. */
  desk: { readonly places: { readonly activeCount: number } };
  bound: Bound;
  log: Logger;
}

const FLUSH_EVERY_MS = 100;
const SWEEP_EVERY_MS = 5000;
const AGE_EVERY_MS = 500;

/** Jobs of files that are let go each time while events flood in: about as many as a desk of one process takes. */
const AGE_AT_ONCE = 10;
const SHOW_EVERY_MS = 3000;
const BOUND_EVERY_MS = 1000;

/** So long a contact may wait without a job before the sweeper gives it one, in milliseconds. */
const FORGOTTEN_AFTER_MS = 5000;
const SWEEP_AT_ONCE = 1000;

/** Small things every worker process does on the side; any number of processes may do them at once. */
export class Chores {
  readonly #parts: ChoreParts;
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #name = `${hostname()}:${process.pid}`;
  readonly #since = Date.now();
  readonly #roster: Roster;
  readonly #busy = new Set<Promise<void>>();

  constructor(parts: ChoreParts) {
    this.#parts = parts;
    this.#roster = new Roster(parts.redis, parts.keys);
  }

  start(): void {
    this.show().catch(() => undefined);
    this.#timers.push(this.#every(SHOW_EVERY_MS, () => this.show()));
    this.#timers.push(this.#every(FLUSH_EVERY_MS, () => this.flush()));
    this.#timers.push(this.#every(SWEEP_EVERY_MS, () => this.sweep()));
    this.#timers.push(this.#every(BOUND_EVERY_MS, () => this.#parts.bound.sometimes()));
    this.#timers.push(this.#every(AGE_EVERY_MS, () => this.#parts.jobs.ageFiles(AGE_AT_ONCE)));
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await Promise.all(this.#busy);
    const { redis, keys } = this.#parts;
    if (isReady(redis, keys.tag)) await this.#roster.leave(this.#name);
  }

  /** Lets `status` see this process. */
  async show(): Promise<void> {
    await this.#roster.show(this.#name, this.#since, this.#parts.desk.places.activeCount);
  }

  /** Sends left-over rows on their way once their source is read, and writes once everything is looked up. */
  async flush(): Promise<void> {
    const { intake, jobs, hold } = this.#parts;
    await jobs.add([], [...(await intake.flushEvents()), ...(await intake.flush())]);
    await hold.releaseDone();
  }

  /**
   * Gives a job to whatever has none: a producer may die between the mailbox and the job, an operator may remove jobs.
   * Adding a job twice does no harm, so this only has to be complete, not exact.
   */
  async sweep(): Promise<void> {
    const { redis, keys, jobs, hold, log } = this.#parts;
    const mine = await redis.set(`${keys.base}:sweeping`, '1', 'PX', SWEEP_EVERY_MS - 500, 'NX');
    if (mine !== 'OK') return;
    const [dirty, batches] = await Promise.all([redis.zcard(keys.dirty), redis.zcard(keys.batches)]);
    if (dirty + batches === 0 || (await jobs.open()) >= dirty + batches) return;
    const before = Date.now() - FORGOTTEN_AFTER_MS;
    // Contacts whose writes are held back have no job on purpose.
    const contacts = (await hold.isEmpty())
      ? await redis.zrangebyscore(keys.dirty, 0, before, 'LIMIT', 0, SWEEP_AT_ONCE)
      : [];
    const forgotten = await redis.zrangebyscore(keys.batches, 0, before, 'LIMIT', 0, SWEEP_AT_ONCE);
    if (contacts.length + forgotten.length === 0) return;
    log.warn({ event: 'queue.swept', contacts: contacts.length, batches: forgotten.length }, 'queue.swept');
    await jobs.add(contacts, forgotten);
  }

  #every(ms: number, chore: () => Promise<void>): NodeJS.Timeout {
    let running = false;
    return setInterval(() => {
      if (running) return;
      running = true;
      const work: Promise<void> = chore()
        .catch((error: unknown) => this.#parts.log.warn({ event: 'chore.failed', err: error }, 'chore.failed'))
        .finally(() => {
          running = false;
          this.#busy.delete(work);
        });
      this.#busy.add(work);
    }, ms);
  }
}
