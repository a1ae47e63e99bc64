import path from 'node:path';
import { toChange } from '../mapping/change.ts';
import type { PlannedSource, SourceRow } from '../producer/source.ts';
import { OUTCOMES_FILE, recordsOf } from '../run/outcomes-file.ts';
import type { OutcomeRecord } from '../run/record.ts';
import type { RunState } from '../run/state.ts';
import { Selection } from '../source/csv/selected.ts';
import { some } from './rows-of-run.ts';
import type { Errand } from './start.ts';

/** A number from 0 up to, and without, 1. */
export type Random = () => number;

/**
 * Rows of files, picked at random, as the source of a run. With a row comes every other one of the same match key: what
 * an earlier one sets may be overwritten by a later one, and then the desk is right not to hold it.
 */
export function sampleOf(files: Errand['sources'], most: number, random: Random): Errand['sources'] {
  return async (config, run, options, dialects) => {
    const planned = await files(config, run, options, dialects);
    return Promise.all(
      planned.map(async (source) => {
        const picked = await reservoir(keysIn(source), most, random);
        const selection = new Selection();
        for await (const batch of source.read(0))
          for (const row of batch) if (picked.has(keyOf(source, row))) selection.add(row.line);
        return some(source, selection);
      }),
    );
  };
}

/**
 * Picks contacts of a run at random: answers whether a record is of one of them. The same contact may stand in several
 * rows, which belong together for the same reason.
 */
export async function sampleOfRun(
  before: RunState,
  wanted: (record: OutcomeRecord) => boolean,
  most: number,
  random: Random,
): Promise<(record: OutcomeRecord) => boolean> {
  const contact = ({ contact_id, row }: OutcomeRecord) => (contact_id === null ? `row ${row}` : String(contact_id));
  async function* contacts(): AsyncGenerator<string> {
    if (before.reportDir === null) return;
    for await (const record of recordsOf(path.join(before.reportDir, OUTCOMES_FILE), before.drained))
      if (wanted(record)) yield contact(record);
  }
  const picked = await reservoir(contacts(), most, random);
  return (record) => wanted(record) && picked.has(contact(record));
}

/** At most so many of what comes by; each has the same chance to stay, however many come (reservoir sampling). */
async function reservoir(items: AsyncIterable<string>, most: number, random: Random): Promise<Set<string>> {
  const kept: string[] = [];
  let seen = 0;
  for await (const item of items) {
    seen++;
    const place = kept.length < most ? kept.length : Math.floor(random() * seen);
    if (place < most) kept[place] = item;
  }
  return new Set(kept);
}

async function* keysIn(source: PlannedSource): AsyncGenerator<string> {
  for await (const batch of source.read(0)) for (const row of batch) yield keyOf(source, row);
}

/** What finds the contact of a row; a row that cannot be read stands for itself. */
function keyOf({ plan }: PlannedSource, row: SourceRow): string {
  const { line } = row;
  const change = 'cells' in row ? toChange(plan!, { row: 0, file: 0, line }, row.cells) : undefined;
  if (change === undefined || 'fault' in change) return `line ${line}`;
  const key = change.match[0]!;
  return `${key} ${change.keys[key]}`;
}
