import { createHash } from 'node:crypto';
import type { Compared } from '../../jobs/sorting.ts';
import { ABSENT } from '../contact/former.ts';
import { CLEAR, type Patch } from '../contact/patch.ts';

/** What a run wants of one contact, held against what the contact holds: what the rails judge by, without a value. */
export interface Comparison {
  /** The run's last row of the contact: one that is looked up again after a crash is not counted twice. */
  row: number;
  /** It would lose a value. */
  changed: boolean;
  fields: ComparedField[];
}

export interface ComparedField {
  field: string;
  /** Digest of the wanted value; `CLEARED` when the field is to be empty. */
  wanted: string;
  /** Digest of the value held; '' when there is none, or the desk does not tell. */
  held: string;
  /** A value that is held would be replaced or cleared. */
  changed: boolean;
}

/** In place of a digest: the field is to be empty. */
export const CLEARED = '-';

/** Blank and null show as empty on the desk, and so does an attribute that is not there. */
const EMPTY: ReadonlySet<string> = new Set([ABSENT, CLEAR, '""']);

/** Letters of a digest: enough to tell four values apart, too few to be worth more than that. */
const DIGEST = 8;

/**
 * The comparisons of each run. Filling what is empty changes nothing that anybody would miss. A row that was decided upon
 * earlier (a plan that is applied, an undo) is not counted, and neither is a contact that was not read.
 */
export function comparisonsOf(compared: readonly Compared[]): Map<string, Comparison[]> {
  const runs = new Map<string, Comparison[]>();
  for (const { change, live } of compared) {
    if (live === undefined) continue;
    const rows = change.rows.filter((row) => row.expect === undefined);
    for (const run of new Set(rows.map((row) => row.run))) {
      const own = new Map(rows.filter((row) => row.run === run).map((row) => [row.version, row]));
      const fields: ComparedField[] = [];
      for (const { field, version, differs, before } of change.fields) {
        const row = own.get(version);
        if (row === undefined) continue;
        const held = before === undefined || EMPTY.has(before) ? '' : digestOf(before);
        // As the row says it: what is sent may be a number here and text there.
        fields.push({ field, wanted: wantedOf(row.patch[field]!), held, changed: differs && held !== '' });
      }
      const row = Math.max(...[...own.values()].map((one) => one.row));
      add(runs, run, { row, changed: fields.some((one) => one.changed), fields });
    }
  }
  return runs;
}

/** Rows of one run that are known to change nothing, added up: there may be a million of them. */
export interface UnchangedField {
  field: string;
  n: number;
  /** How many of them want a value, and so hold it. */
  held: number;
  /** Digests of some of the values. */
  values: string[];
}

/** What rows that change nothing say of their contacts, without a look at the desk: these hold what is wanted. */
export function unchangedOf(patches: readonly Patch[]): UnchangedField[] {
  const fields = new Map<string, { n: number; held: number; values: Set<string> }>();
  for (const patch of patches) {
    for (const [field, value] of Object.entries(patch)) {
      let known = fields.get(field);
      if (known === undefined) {
        known = { n: 0, held: 0, values: new Set() };
        fields.set(field, known);
      }
      known.n++;
      if (!EMPTY.has(value)) known.held++;
      if (known.values.size < ENOUGH_VALUES) known.values.add(value);
    }
  }
  return [...fields].map(([field, { n, held, values }]) => {
    const digests = [...new Set([...values].map(wantedOf))];
    return { field, n, held, values: digests };
  });
}

/** So many different values are as good as any number: a rail asks for three. */
const ENOUGH_VALUES = 4;

function add(runs: Map<string, Comparison[]>, run: string, comparison: Comparison): void {
  const known = runs.get(run);
  if (known === undefined) runs.set(run, [comparison]);
  else known.push(comparison);
}

function wantedOf(value: string): string {
  return EMPTY.has(value.trim()) ? CLEARED : digestOf(value);
}

function digestOf(value: string): string {
  return createHash('sha256').update(value).digest('base64url').slice(0, DIGEST);
}
