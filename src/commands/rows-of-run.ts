import path from 'node:path';
import { planFiles } from '../producer/plan.ts';
import type { PlannedSource } from '../producer/source.ts';
import { OUTCOMES_FILE } from '../run/drain.ts';
import type { OutcomeRecord } from '../run/record.ts';
import type { RunState } from '../run/state.ts';
import { selected, writeSelection } from '../source/csv/selected.ts';
import { openSources } from '../source/file.ts';
import { Refusal } from './failure.ts';
import { recordsOf } from './finish.ts';
import { spoolDirOf } from './kept.ts';
import type { Errand } from './start.ts';

/** How the rows of a run are read again: as they were then, whatever the configuration says now. */
export type AsThen = Pick<RunState['options'], 'map' | 'match' | 'emptyCells'>;

/**
 * Some rows of an earlier run as the source of a new one, read from the same files with their own line numbers.
 *
 * @param wanted whether a row is read again, by how it ended
 * @param most at most so many of them, picked at random
 */
export function rowsOfRun(
  before: RunState,
  wanted: (record: OutcomeRecord) => boolean,
  most = Number.POSITIVE_INFINITY,
): Errand['sources'] {
  return async (config, run, options) => {
    if (before.files.some(({ kind }) => kind !== 'csv')) {
      throw new Refusal(
        `The run ${before.run} read no file of yours (${before.command}). Give the command that made it once more.`,
      );
    }
    const paths = before.files.map(({ file }) => file);
    const sources = await openSources(paths, spoolDirOf(config, run)).catch((error: Error) => {
      throw new Refusal(`${error.message} ${ADVICE}`);
    });
    const changed = sources.find(({ sha256 }, i) => sha256 !== before.files[i]!.sha256);
    if (changed !== undefined) throw new Refusal(`${changed.path} was changed since ${before.run} read it. ${ADVICE}`);
    const ordinals = await pick(before, wanted, most);
    if (ordinals.every((of) => of.length === 0))
      throw new Refusal(`No row of ${before.run} is of that kind. "contact-sync report ${before.run}" lists them all.`);
    const planned = await planFiles(sources, options);
    return Promise.all(
      planned.map((source, i) => {
        const only = path.join(spoolDirOf(config, run), `only-${i}.txt`);
        return withOnly({ ...source, path: before.files[i]!.path }, ordinals[i]!, only);
      }),
    );
  };
}

const ADVICE = 'Correct the rows in needs-attention.csv of its report and feed that to sync.';

async function withOnly(source: PlannedSource, ordinals: readonly number[], only: string): Promise<PlannedSource> {
  await writeSelection(only, ordinals);
  const set = new Set(ordinals);
  // Of the records before nothing may be left out: their numbers are counted from the first.
  return { ...source, only, read: (from) => selected(source.read(0), set, from) };
}

/** Ordinals within each file, ascending. */
async function pick(before: RunState, wanted: (record: OutcomeRecord) => boolean, most: number): Promise<number[][]> {
  if (before.reportDir === null) throw new Refusal(`The run ${before.run} has not been written down yet.`);
  const rows: number[] = [];
  let seen = 0;
  for await (const record of recordsOf(path.join(before.reportDir, OUTCOMES_FILE), before.drained)) {
    if (!wanted(record)) continue;
    seen++;
    if (rows.length < most) rows.push(record.row);
    else {
      // Every row has the same chance to stay, however many come (reservoir sampling).
      const place = Math.floor(Math.random() * seen);
      if (place < most) rows[place] = record.row;
    }
  }
  rows.sort((a, b) => a - b);
  let base = 0;
  return before.files.map((file) => {
    const [from, to] = [base, base + file.rows];
    base = to;
    return rows.filter((row) => row >= from && row < to).map((row) => row - from);
  });
}
