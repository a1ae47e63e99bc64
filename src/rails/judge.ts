import type { RunOptions } from '../run/state.ts';
import { CLEARED } from './compared.ts';
import type { Trip } from './rail.ts';

/** What was counted of a run's contacts so far. */
export interface Statistics {
  /** Contacts that were held against what is wanted of them. */
  compared: number;
  /** Those of them that would lose a value. */
  changed: number;
  /** By field, for the fields that the run sets. */
  fields: ReadonlyMap<string, FieldStatistics>;
}

export interface FieldStatistics {
  /** Contacts whose field is to be set. */
  compared: number;
  /** Those that hold something there. */
  held: number;
  /** Those whose value would be replaced or cleared. */
  changed: number;
  /** The different values that are wanted, as digests, `WANTED_KEPT` of them at most. */
  wanted: readonly string[];
  /** The different values that are held, the same, `HELD_KEPT` at most. */
  values: readonly string[];
}

/** Two wanted values are not one: no more need to be told apart. */
export const WANTED_KEPT = 2;

/** Above `VARIED`: no more need to be told apart. */
export const HELD_KEPT = 4;

/** Fewer contacts than this say nothing: an operator sees what a file of some rows does. */
const ENOUGH = 20;

/** So many different values are no accident that a constant may repair. */
const VARIED = 3;

/** Which rails the contacts of a run hit, the most telling first; none when too few were compared. */
export function judge(statistics: Statistics, options: Pick<RunOptions, 'maxChanged' | 'allow'>): Trip[] {
  const { compared, changed } = statistics;
  const { maxChanged: limit, allow = [] } = options;
  const trips: Trip[] = [];
  if (!allow.includes('column')) {
    for (const [field, one] of statistics.fields) {
      if (!flattens(one)) continue;
      const how = one.wanted[0] === CLEARED ? 'empty' : 'constant';
      trips.push({ name: 'column', field, how, changed: one.changed, held: one.held });
    }
  }
  if (!allow.includes('changed') && compared >= ENOUGH && changed * 100 > limit * compared)
    trips.push({ name: 'changed', changed, compared, limit });
  return trips;
}

/** One value for all, over most of what differs from contact to contact. */
function flattens({ compared, held, changed, wanted, values }: FieldStatistics): boolean {
  return compared >= ENOUGH && wanted.length === 1 && values.length >= VARIED && changed * 2 > held;
}

/** How much a source brings. */
export interface Measured {
  path: string;
  /** Lines of the file with its header. */
  lines: number;
  /** Undefined until it is read to its end. */
  rows: number | undefined;
}

/** How much it brought the last time. */
export interface Remembered {
  run: string;
  lines: number;
  rows: number;
}

/** Whether a source has shrunk by more than half: by its lines before it is read, by its rows afterwards. */
export function judgeSource(now: Measured, before: Remembered): Trip | undefined {
  const { path } = now;
  const { run } = before;
  // Rows are what counts; lines are known before the first call, and differ where cells hold line breaks.
  const [unit, had, has] =
    now.rows === undefined
      ? (['lines', before.lines - 1, now.lines - 1] as const)
      : (['rows', before.rows, now.rows] as const);
  if (had < ENOUGH || has * 2 >= had) return undefined;
  return { name: 'shrunk', path, unit, before: had, now: Math.max(0, has), run };
}
