import { randomUUID } from 'node:crypto';
import { RAILS } from '../../config/schema.ts';
import { Quarantine } from '../events/quarantine.ts';
import { accountIn } from './account-in.ts';
import type { Engine } from './engine.ts';
import { booksOf, reportDirOf } from './kept.ts';
import { writeDown } from './write-down.ts';

/** How often outcomes are moved from Redis into the report of their day, in milliseconds. */
const WRITE_EVERY_MS = 2000;

/** A day's run is closed so long after midnight (UTC), in milliseconds: deliveries on their way then still belong to it. */
const CLOSE_AFTER_MS = 5 * 60 * 1000;

/** So often events that were kept long enough are looked for, in milliseconds. */
const FORGET_EVERY_MS = 60 * 60 * 1000;

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * The open-ended runs of webhooks, one for each source and day (UTC). They are begun by the first event, written down while
 * they last, and closed after midnight by whichever process gets to it. What is older in quarantine than it is kept goes as well.
 */
export class DayRuns {
  readonly #engine: Engine;
  readonly #sources: readonly string[];
  readonly #owner = randomUUID();
  readonly #now: () => number;
  readonly #quarantine: Quarantine;
  #date = { day: -1, text: '' };
  #timer: NodeJS.Timeout | undefined;
  #forgotAt = Number.NEGATIVE_INFINITY;
  #busy: Promise<void> = Promise.resolve();

  /** @param now epoch ms */
  constructor(engine: Engine, sources: readonly string[], now: () => number) {
    this.#engine = engine;
    this.#sources = sources;
    this.#now = now;
    this.#quarantine = new Quarantine(engine.redis, engine.keys);
  }

  /** The run of a source on the day of `nowMs`. */
  runOf(source: string, nowMs = this.#now()): string {
    return `run_${this.#dateOf(Math.floor(nowMs / DAY_MS))}_${source}`;
  }

  /** Every delivery asks, and the answer changes once a day. */
  #dateOf(day: number): string {
    if (this.#date.day !== day) {
      this.#date = { day, text: new Date(day * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '') };
    }
    return this.#date.text;
  }

  async open(source: string): Promise<void> {
    const { config, runs } = this.#engine;
    const options = {
      ...accountIn(config),
      map: {},
      match: [],
      emptyCells: 'leave' as const,
      limit: null,
      onMissing: config.on_missing,
      trust: 'live' as const,
      undo: config.undo,
      events: true,
      dropConflicting: config.drop_conflicting,
      maxChanged: 100,
      maxFailed: 100,
      // A rail judges a file as a whole; events have no whole.
      allow: [...RAILS],
    };
    const file = { path: `webhook:${source}`, file: '', sha256: '', rows: 0, kind: 'changes' as const };
    await runs.open(this.runOf(source), 'serve', options, file);
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.#busy = this.#busy
        .then(() => this.#look())
        .catch((error: unknown) => {
          this.#engine.log.warn({ event: 'report.failed', err: error }, 'outcomes stay in Redis for now');
        });
    }, WRITE_EVERY_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#busy;
    await this.#look().catch(() => undefined);
  }

  async #look(): Promise<void> {
    const now = this.#now();
    for (const source of this.#sources) {
      await this.#write(this.runOf(source, now));
      if (now % DAY_MS > CLOSE_AFTER_MS) await this.#close(this.runOf(source, now - DAY_MS));
    }
    if (now - this.#forgotAt < FORGET_EVERY_MS) return;
    await this.#forget(now);
    this.#forgotAt = now;
  }

  /** Events that nobody replayed in time; of sources as well that are configured no more. */
  async #forget(now: number): Promise<void> {
    const { config, log } = this.#engine;
    const events = await this.#quarantine.forget(now - config.quarantine_days * DAY_MS);
    if (events > 0) log.info({ event: 'quarantine.forgotten', events }, 'quarantine.forgotten');
  }

  async #write(run: string): Promise<void> {
    const state = await this.#engine.runs.get(run);
    if (state === undefined || state.settled === 0) return;
    const { config } = this.#engine;
    await writeDown(this.#engine, state, booksOf(config, run, state.reportDir ?? reportDirOf(config, run)));
  }

  /** Yesterday's run gets no more events: it is finished with its last row. */
  async #close(run: string): Promise<void> {
    const { runs } = this.#engine;
    const state = await runs.get(run);
    if (state === undefined) return;
    if (!state.readDone && (await runs.lease(run, this.#owner, false))) {
      try {
        await runs.readDone(
          run,
          state.files.map((file) => ({ ...file, rows: state.rows, done: true })),
          state.rows,
        );
      } finally {
        await runs.release(run, this.#owner);
      }
    }
    await this.#write(run);
    // History from here on, as a run of a file is: forgotten after 30 days.
    if (((await runs.get(run))?.finishedAt ?? null) !== null) await runs.archive(run);
  }
}
