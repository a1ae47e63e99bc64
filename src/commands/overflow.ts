import { Drain } from '../run/drain.ts';
import type { Started } from './start.ts';

/** So many outcomes may wait in Redis while their run is read: 2 MB. Those of a smaller run go where its report is asked for. */
const MOST_WAITING = 10_000;

const LOOK_EVERY_MS = 500;

/** Writes the outcomes of a run down while it is read and its workers are elsewhere, once there are many. Needs its lease. */
export class Overflow {
  readonly #started: Started;
  #drain: Drain | undefined;
  #timer: NodeJS.Timeout | undefined;
  #busy: Promise<void> = Promise.resolve();
  #said = false;
  #stopped = false;

  constructor(started: Started) {
    this.#started = started;
  }

  start(): void {
    this.#timer = setInterval(() => this.#next(), LOOK_EVERY_MS);
  }

  /** Resolves when what has ended until now is written down, if it is much. Call it while the lease is held. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    if (this.#stopped) return;
    this.#stopped = true;
    if (this.#started.engine.ready) this.#next();
    await this.#busy;
    await this.#drain?.close();
  }

  #next(): void {
    this.#busy = this.#busy
      .then(() => this.#look())
      .catch((err: unknown) => {
        if (!this.#said) this.#started.log.warn({ event: 'report.failed', err }, 'outcomes stay in Redis for now');
        this.#said = true;
      });
  }

  async #look(): Promise<void> {
    const { engine, run, state, books } = this.#started;
    if (this.#drain === undefined && (await engine.runs.waitingOutcomes(run)) < MOST_WAITING) return;
    this.#drain ??= await Drain.open(engine.runs, state, books);
    await this.#drain.step();
  }
}
