import { setTimeout as sleep } from 'node:timers/promises';
import type { Runs } from '../run/runs.ts';
import { CannotRun } from './failure.ts';

const RENEW_EVERY_MS = 3000;

/** A killed reader's lease ends after 10 s; longer than this nobody waits for it. */
const PATIENCE_MS = 12_000;

/** The right to read the source of a run: one process at a time, given back or lost within 10 s of a crash. */
export class ReadingLease {
  readonly #runs: Runs;
  readonly #run: string;
  readonly #timer: NodeJS.Timeout;

  private constructor(runs: Runs, run: string, owner: string) {
    this.#runs = runs;
    this.#run = run;
    this.#timer = setInterval(() => {
      runs.lease(run, owner).catch(() => undefined);
    }, RENEW_EVERY_MS);
  }

  /** @throws CannotRun while another process reads the same run. */
  static async take(runs: Runs, run: string, owner: string, say: (text: string) => void): Promise<ReadingLease> {
    const until = Date.now() + PATIENCE_MS;
    for (let said = false; !(await runs.lease(run, owner)); said = true) {
      if (!said) say(`Another process reads ${run}, or was killed just now; waiting for at most 12 s.`);
      if (Date.now() > until) {
        throw new CannotRun(`Another process is reading the run ${run}. Watch it with: contact-sync status ${run}`);
      }
      await sleep(300);
    }
    return new ReadingLease(runs, run, owner);
  }

  async release(): Promise<void> {
    clearInterval(this.#timer);
    await this.#runs.release(this.#run);
  }
}
