import path from 'node:path';
import { planFiles } from '../producer/plan.ts';
import type { PlannedSource, SourceRow } from '../producer/source.ts';
import { versionOf } from '../queue/version.ts';
import { fileOfRow } from '../run/file-of-row.ts';
import { OUTCOMES_FILE, recordsOf } from '../run/outcomes-file.ts';
import type { OutcomeRecord } from '../run/record.ts';
import type { AsOf, RunState } from '../run/state.ts';
import { isAddress } from '../source/address.ts';
import { Selection, selected } from '../source/csv/selected.ts';
import { openSources } from '../source/file.ts';
import { Refusal } from './failure.ts';
import { spoolDirOf } from './kept.ts';
import type { Errand } from './start.ts';

/** Which rows of a run are read again. */
export interface WantedRows {
  /** Judged by how a row ended. */
  wanted: (record: OutcomeRecord) => boolean;
  /** They are sent again: as old as they are, so that they overwrite nothing that was written since. */
  again?: boolean;
  /** What to do when they cannot be read again: the end of the sentence that says so. */
  otherwise: string;
}

/**
 * Some rows of an earlier run as the source of a new one, read from the same files with their own line numbers.
 *
 * @param before the run, all of its outcomes written down
 */
export function rowsOfRun(before: RunState, { wanted, again = false, otherwise }: WantedRows): Errand['sources'] {
  return async (config, run, options) => {
    refuseWithoutFiles(before, otherwise);
    const paths = before.files.map(({ file }) => file);
    const dialects = before.files.map(({ dialect }) => dialect);
    const sources = await openSources(paths, spoolDirOf(config, run), { dialects }).catch((error: Error) => {
      throw new Refusal(`${error.message} ${otherwise}`);
    });
    const changed = sources.findIndex(({ sha256 }, i) => sha256 !== before.files[i]!.sha256);
    if (changed >= 0) {
      const { path: given } = before.files[changed]!;
      throw new Refusal(`${given} was changed since ${before.run} read it. ${otherwise}`);
    }
    const selections = await pick(before, wanted);
    if (selections.every(({ size }) => size === 0))
      throw new Refusal(`No row of ${before.run} is of that kind. "contact-sync report ${before.run}" lists them all.`);
    const planned = await planFiles(sources, options);
    return planned.map((source, i) => {
      const given = { ...source, path: before.files[i]!.path };
      return some(given, selections[i]!, again ? ageOf(before, i) : undefined);
    });
  };
}

/** Some records of a source; `asOf`: how old they are, when not as old as the run that reads them. */
export function some(source: PlannedSource, selection: Selection, asOf?: AsOf): PlannedSource {
  return {
    ...source,
    only: selection.digest(),
    ...(asOf === undefined ? {} : { asOf }),
    read: (from) => aged(source, selection, from, asOf),
  };
}

async function* aged(
  source: PlannedSource,
  selection: Selection,
  from: number,
  asOf: AsOf | undefined,
): AsyncGenerator<SourceRow[]> {
  if (selection.size === 0) return;
  for await (const batch of selected(source.read(0), selection, from)) {
    yield batch.map(({ record, ordinal }) => {
      if (asOf === undefined || !('cells' in record)) return record;
      // One more for each try: what a try that failed may have left on the desk is not newer than the next one.
      return { ...record, version: versionOf(asOf.at, asOf.row + ordinal + asOf.tries) };
    });
  }
}

function ageOf(before: RunState, index: number): AsOf {
  const known = before.files[index]!.as_of;
  if (known !== undefined) return { ...known, tries: known.tries + 1 };
  const row = before.files.slice(0, index).reduce((sum, { rows }) => sum + rows, 0);
  return { at: before.files[index]!.observed_at ?? before.startedAt, row, tries: 1 };
}

/** @throws Refusal when its rows cannot be read again */
function refuseWithoutFiles({ run, command, files, finishedAt }: RunState, otherwise: string): void {
  if (files.some(({ kind }) => kind !== 'csv'))
    throw new Refusal(`The run ${run} read no CSV file (it was made by ${command}). Give its command once more.`);
  if (finishedAt !== null && files.some(({ path: given }) => given === '-' || isAddress(given)))
    throw new Refusal(`${run} read standard input or an address, of which no copy is kept after the run. ${otherwise}`);
}

/** The lines within each file. */
async function pick(before: RunState, wanted: (record: OutcomeRecord) => boolean): Promise<Selection[]> {
  const selections = before.files.map(() => new Selection());
  if (before.reportDir === null) return selections;
  const fileOf = fileOfRow(before.files);
  for await (const record of recordsOf(path.join(before.reportDir, OUTCOMES_FILE), before.drained)) {
    if (wanted(record)) selections[fileOf(record.row)]!.add(record.line);
  }
  return selections;
}
