import { setTimeout as sleep } from 'node:timers/promises';
import type { Runs } from '../run/runs.ts';
import { CannotRun } from './failure.ts';

const RENEW_EVERY_MS = 3000;

/** A killed process's lease ends after 10 s; longer than this nobody waits for it. */
const PATIENCE_MS = 12_000;

/**
 * The right to read the source of a run and to write its report: one process at a time, given back, or lost within 10 s of
 * a crash.
 */
export class RunLease {
  readonly #runs: Runs;
  readonly #run: string;
  readonly #owner: string;
  readonly #timer: NodeJS.Timeout;
  #reading = true;
  #released = false;

  private constructor(runs: Runs, run: string, owner: string) {
    this.#runs = runs;
    this.#run = run;
    this.#owner = owner;
    this.#timer = setInterval(() => {
      runs.lease(run, owner, this.#reading).catch(() => undefined);
    }, RENEW_EVERY_MS);
  }

  /** @throws CannotRun while another process has the same run. */
  static async take(runs: Runs, run: string, owner: string, say: (text: string) => void): Promise<RunLease> {
    const until = Date.now() + PATIENCE_MS;
    for (let said = false; !(await runs.lease(run, owner, true)); said = true) {
      if (!said) say(`Another process works on ${run}, or was killed just now; waiting for at most 12 s.`);
      if (Date.now() > until) {
        throw new CannotRun(`Another process works on the run ${run}. Watch it with: contact-sync status ${run}`);
      }
      await sleep(300);
    }
    return new RunLease(runs, run, owner);
  }

  /** The source is read: what is left over may be looked up now. */
  async stoppedReading(): Promise<void> {
    this.#reading = false;
    await this.#runs.stoppedReading(this.#run);
  }

  /** It has to be read once more. */
  async readsAgain(): Promise<void> {
    this.#reading = true;
    await this.#runs.lease(this.#run, this.#owner, true);
  }

  async release(): Promise<void> {
    if (this.#released) return;
    this.#released = true;
    clearInterval(this.#timer);
    await this.#runs.release(this.#run, this.#owner);
  }
}
