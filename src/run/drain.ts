import { type FileHandle, mkdir, open } from 'node:fs/promises';
import path from 'node:path';
import { recordOf } from './ledger.ts';
import type { Runs } from './runs.ts';
import type { RunState } from './state.ts';

/** Outcomes moved at once. */
const AT_ONCE = 2000;

export const OUTCOMES_FILE = 'outcomes.ndjson';

/**
 * Moves the outcomes of a run from Redis into `outcomes.ndjson`, each exactly once: the file's length is noted in the same
 * transaction that drops them from Redis, and whatever a crash left behind that length is cut off.
 */
export class Drain {
  readonly #runs: Runs;
  readonly #run: string;
  readonly #sources: string[];
  readonly #dir: string;
  readonly #file: FileHandle;
  #length: number;

  private constructor(runs: Runs, state: RunState, dir: string, file: FileHandle) {
    this.#runs = runs;
    this.#run = state.run;
    this.#sources = state.files.map(({ path: source }) => source);
    this.#dir = dir;
    this.#file = file;
    this.#length = state.drained;
  }

  static async open(runs: Runs, state: RunState, dir: string): Promise<Drain> {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    const file = await open(path.join(dir, OUTCOMES_FILE), state.drained === 0 ? 'w+' : 'r+', 0o600);
    const { size } = await file.stat();
    if (size < state.drained) {
      await file.close();
      throw new Error(
        `${path.join(dir, OUTCOMES_FILE)} is shorter than when it was written. Restore it, or read the counts with: contact-sync status ${state.run}`,
      );
    }
    await file.truncate(state.drained);
    return new Drain(runs, state, dir, file);
  }

  /** Moves what is there; returns how many outcomes it was. */
  async step(): Promise<number> {
    let moved = 0;
    for (;;) {
      const entries = await this.#runs.outcomes(this.#run, AT_ONCE);
      if (entries.length === 0) return moved;
      const lines = entries.map((entry) => `${JSON.stringify(recordOf(this.#run, this.#sources, entry))}\n`).join('');
      const bytes = Buffer.from(lines);
      await this.#file.write(bytes, 0, bytes.length, this.#length);
      await this.#file.datasync();
      this.#length += bytes.length;
      await this.#runs.drained(this.#run, entries.length, this.#dir, this.#length);
      moved += entries.length;
      if (entries.length < AT_ONCE) return moved;
    }
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}
