import { constants } from 'node:fs';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import path from 'node:path';
import { ChangesFile } from './changes.ts';
import { readEntry } from './entry.ts';
import { OUTCOMES_FILE } from './outcomes-file.ts';
import type { Runs } from './runs.ts';
import type { RunState } from './state.ts';
import { writeWhole } from './write-whole.ts';

/** Somebody who can write to the directory must not be able to point us at another file. */
const OWN = constants.O_RDWR | constants.O_NOFOLLOW;
const NEW = constants.O_CREAT | constants.O_TRUNC;

/**
 * Outcomes moved at once. Each move waits five times for Redis or the disk, and each time behind whatever else this process
 * does: with 2,000 a file that is read at full speed had ever more of them waiting in Redis.
 */
const AT_ONCE = 10_000;

/** Where a run is written down. */
export interface Books {
  /** Directory of the outcomes. */
  dir: string;
  /** File of what was overwritten, one sealed record a line (see src/undo/vault.ts). */
  changes: string;
}

/** The file of outcomes is not as this process left it. The message ends with the next step. */
export class DrainError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'DrainError';
  }
}

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
  readonly #changes: ChangesFile;
  #length: number;
  #moving: Promise<number> = Promise.resolve(0);

  private constructor(runs: Runs, state: RunState, books: Books, file: FileHandle) {
    this.#runs = runs;
    this.#run = state.run;
    this.#sources = state.files.map(({ path: source }) => source);
    this.#dir = books.dir;
    this.#changes = new ChangesFile(books.changes);
    this.#file = file;
    this.#length = state.drained;
  }

  /** @throws DrainError when the file is not what Redis knows of it */
  static async open(runs: Runs, known: RunState, books: Books): Promise<Drain> {
    const { dir } = books;
    // Whoever had the run before may have written more since `known` was read.
    const state = (await runs.get(known.run)) ?? known;
    await mkdir(dir, { recursive: true, mode: 0o700 });
    const name = path.join(dir, OUTCOMES_FILE);
    const damaged = (what: string) =>
      new DrainError(`${name} is ${what}. Restore it, or read the counts with: contact-sync status ${state.run}`);
    const flags = OWN | (state.drained === 0 ? NEW : 0);
    const file = await open(name, flags, 0o600).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ELOOP') throw damaged('a link to another file');
      throw error.code === 'ENOENT' ? damaged('not there any more') : error;
    });
    const { size } = await file.stat();
    if (size < state.drained) {
      await file.close();
      throw damaged('shorter than when it was written');
    }
    await file.truncate(state.drained);
    return new Drain(runs, state, books, file);
  }

  /** Moves what is there; returns how many outcomes it was. One move at a time: Redis may keep the first one waiting. */
  step(): Promise<number> {
    this.#moving = this.#moving.catch(() => 0).then(() => this.#move());
    return this.#moving;
  }

  async #move(): Promise<number> {
    let moved = 0;
    for (;;) {
      const entries = await this.#runs.outcomes(this.#run, AT_ONCE);
      if (entries.length === 0) return moved;
      const read = entries.map((entry) => readEntry(this.#run, this.#sources, entry));
      const bytes = Buffer.from(read.map(({ record }) => `${JSON.stringify(record)}\n`).join(''));
      // Asked before writing, too: a process that was frozen must not write over what its successor wrote.
      const known = await this.#runs.drainedSoFar(this.#run);
      if (known > this.#length) throw this.#notAlone();
      if (known < this.#length) {
        // Redis was restarted and had not saved the last moment before: its outcomes come once more.
        this.#length = known;
        await this.#file.truncate(known);
        continue;
      }
      // Before the outcomes are dropped from Redis: what cannot be undone is told too late afterwards.
      await this.#changes.append(read.flatMap(({ changes }) => changes ?? []));
      await writeWhole(this.#file, bytes, this.#length);
      await this.#file.datasync();
      const after = this.#length + bytes.length;
      if (!(await this.#runs.drained(this.#run, entries, this.#dir, this.#length, after))) continue;
      this.#length = after;
      moved += entries.length;
      if (entries.length < AT_ONCE) return moved;
    }
  }

  #notAlone(): DrainError {
    return new DrainError(
      `Another process writes the report of ${this.#run} at the same time. Watch the run with: contact-sync status ${this.#run}`,
    );
  }

  async close(): Promise<void> {
    await this.#changes.close();
    await this.#file.close();
  }
}
