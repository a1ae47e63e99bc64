import type { Compared } from '../../jobs/sorting.ts';
import type { Patch } from '../contact/patch.ts';
import type { RedisClient } from '../redis/connect.ts';
import type { Keys } from '../redis/keys.ts';
import type { Ledger } from '../run/ledger.ts';
import type { RunFile, RunOptions, RunState } from '../run/state.ts';
import { type Comparison, comparisonsOf, unchangedOf } from './compared.ts';
import { type FieldStatistics, judge, judgeSource, type Remembered, type Statistics } from './judge.ts';
import { sentenceOf, type Trip } from './rail.ts';
import { ADD_UNCHANGED, MERGE, STOP } from './scripts.ts';

/** So long the statistics of a run are kept that nobody archives, in milliseconds. */
const KEEP_MS = 30 * 24 * 60 * 60 * 1000;

/** A source that was not seen for longer is a new one, in milliseconds. */
const REMEMBER_MS = 90 * 24 * 60 * 60 * 1000;

export interface RailsParts {
  redis: RedisClient;
  keys: Keys;
  ledger: Ledger;
  runs: { get: (run: string) => Promise<RunState | undefined>; options: (run: string) => Promise<RunOptions> };
  /** Nothing is stopped, since nothing is written; `judged` tells what would be. */
  planning: boolean;
}

/**
 * The guard rails of all runs: what was counted of them is in Redis, so that any process judges by what all of them saw.
 * The rail `failed` is not here: it is judged where writes end (see COUNT_WRITE).
 */
export class Rails {
  readonly #parts: RailsParts;

  constructor(parts: RailsParts) {
    this.#parts = parts;
  }

  /** Counts contacts that were looked up. `held`: whether the writes of a run wait; else it is judged at once. */
  async compared(compared: readonly Compared[], held: (run: string) => Promise<boolean>): Promise<void> {
    for (const [run, comparisons] of comparisonsOf(compared)) {
      const statistics = await this.#merge(run, comparisons);
      if (!(await held(run))) await this.#stop(run, judge(statistics, await this.#parts.runs.options(run)));
    }
  }

  /** Counts rows of a run that ended just now as unchanged, without their contacts being read. */
  async unchanged(run: string, patches: readonly Patch[]): Promise<void> {
    if (patches.length === 0) return;
    const { redis, keys } = this.#parts;
    const fields = unchangedOf(patches).map(({ field, n, held, values }) => [field, n, held, values]);
    const args = [patches.length, JSON.stringify(fields), KEEP_MS];
    await ADD_UNCHANGED.run(redis, [`${keys.run(run)}:rails`], args);
  }

  /** Stops the run when its writes are about to be let go and should not be. */
  async beforeWrites(run: string): Promise<void> {
    await this.#stop(run, await this.#trips(run));
  }

  /** Stops a run whose source has shrunk, by its lines: before the first row is read. */
  async beforeReading({ run, files, options }: RunState): Promise<void> {
    await this.#stop(run, await this.#shrunk(files, options));
  }

  /** Everything that would stop a run by what was counted so far, for a plan of it. */
  async judged(run: string): Promise<{ rail: string; sentence: string }[]> {
    return (await this.#trips(run)).map((trip) => ({ rail: trip.name, sentence: sentenceOf(trip) }));
  }

  /** The sources of a run are what later ones are held against. */
  async remember({ run, files }: RunState): Promise<void> {
    for (const file of files) {
      if (file.lines === undefined) continue;
      const known: Remembered = { run, lines: file.lines, rows: file.rows };
      await this.#parts.redis.set(this.#keyOf(file), JSON.stringify(known), 'PX', REMEMBER_MS);
    }
  }

  async #trips(run: string): Promise<Trip[]> {
    const { redis, keys, runs } = this.#parts;
    const state = await runs.get(run);
    if (state === undefined) return [];
    const hash = await redis.hgetall(`${keys.run(run)}:rails`);
    return [...(await this.#shrunk(state.files, state.options)), ...judge(statisticsIn(hash), state.options)];
  }

  async #shrunk(files: readonly RunFile[], options: RunOptions): Promise<Trip[]> {
    if ((options.allow ?? []).includes('shrunk')) return [];
    const trips: Trip[] = [];
    for (const file of files) {
      const { path, lines, rows, done } = file;
      if (lines === undefined) continue;
      const known = await this.#parts.redis.get(this.#keyOf(file));
      if (known === null) continue;
      const trip = judgeSource(
        { path, lines, rows: done === true ? rows : undefined },
        JSON.parse(known) as Remembered,
      );
      if (trip !== undefined) trips.push(trip);
    }
    return trips;
  }

  async #merge(run: string, comparisons: readonly Comparison[]): Promise<Statistics> {
    const { redis, keys } = this.#parts;
    const key = keys.run(run);
    const payload = comparisons.map(({ row, changed, fields }) => [
      row,
      changed ? 1 : 0,
      fields.map((one) => [one.field, one.wanted, one.held, one.changed ? 1 : 0]),
    ]);
    const args = [JSON.stringify(payload), KEEP_MS];
    const flat = (await MERGE.run(redis, [`${key}:rails`, `${key}:compared`], args)) as string[];
    return statisticsIn(Object.fromEntries(pairs(flat)));
  }

  async #stop(run: string, trips: readonly Trip[]): Promise<void> {
    const { redis, keys, ledger, planning } = this.#parts;
    if (trips.length === 0 || planning) return;
    const text = JSON.stringify(trips);
    if ((await STOP.run(redis, [keys.run(run)], [text])) === 1) ledger.stopped(run, text);
  }

  /** The same name in another directory is another source. A plan looks at what real runs have left. */
  #keyOf({ path, file }: RunFile): string {
    return `${this.#parts.keys.memory}:source:${path === '-' || /^https?:/.test(path) ? path : file}`;
  }
}

/** Reads the hash that the script MERGE writes. */
function statisticsIn(hash: Record<string, string>): Statistics {
  const fields = new Map<string, FieldStatistics>();
  for (const [name, n] of Object.entries(hash)) {
    if (!name.startsWith('n:')) continue;
    const field = name.slice(2);
    fields.set(field, {
      compared: Number(n),
      held: Number(hash[`held:${field}`] ?? 0),
      changed: Number(hash[`over:${field}`] ?? 0),
      wanted: listIn(hash[`wants:${field}`]),
      values: listIn(hash[`holds:${field}`]),
    });
  }
  return { compared: Number(hash.compared ?? 0), changed: Number(hash.changed ?? 0), fields };
}

function listIn(text: string | undefined): string[] {
  return text === undefined ? [] : text.split(',');
}

function pairs(flat: readonly string[]): [string, string][] {
  return Array.from({ length: flat.length / 2 }, (_, i) => [flat[i * 2]!, flat[i * 2 + 1]!]);
}
