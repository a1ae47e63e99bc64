import { booksHere } from './books-here.ts';
import type { Engine } from './engine.ts';
import { writeDown } from './write-down.ts';
import { close, writeReport } from './write-report.ts';

/** How often outcomes are moved from Redis into the reports of their runs, in milliseconds. */
const WRITE_EVERY_MS = 2000;

/**
 * Writes down what `enqueue` has left to others, where its report directory can be reached: outcomes as they come, and the
 * report when the last row has ended. So Redis does not fill with them while nobody asks.
 */
export class Scribe {
  readonly #engine: Engine;
  /** Runs of which it was said that they cannot be written. */
  readonly #said = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #busy: Promise<void> = Promise.resolve();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.#busy = this.#busy.then(() => this.look()).catch(() => undefined);
    }, WRITE_EVERY_MS);
  }

  /** Resolves when what has ended until now is written down. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#busy;
    if (this.#engine.ready) await this.look().catch(() => undefined);
  }

  /** Writes down what is there of every run whose books are here. */
  async look(): Promise<void> {
    for (const { run } of await this.#engine.unwritten.list()) {
      await this.#write(run).catch((err: unknown) => {
        if (this.#said.has(run)) return;
        this.#said.add(run);
        this.#engine.log.warn({ event: 'report.failed', run, err }, 'outcomes stay in Redis for now');
      });
    }
  }

  async #write(run: string): Promise<void> {
    const { runs, unwritten } = this.#engine;
    const state = await runs.get(run);
    if (state === undefined) return unwritten.remove(run);
    if (state.settled === 0 && state.finishedAt === null) return;
    const books = await booksHere(this.#engine, state);
    if (books === undefined) {
      // Nobody may ever ask for it: it is forgotten with its outcomes when other runs are.
      if (state.finishedAt !== null) await runs.archiveOnce(run);
      return;
    }
    await writeDown(this.#engine, state, books);
    const written = await runs.get(run);
    if (written?.finishedAt == null || (await runs.outcomes(run, 1)).length > 0) return;
    await writeReport(this.#engine, written, books.dir);
    await close(this.#engine, run);
  }
}
