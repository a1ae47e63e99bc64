import type { Definitions } from '../contact/attribute.ts';
import { toChange } from '../mapping/change.ts';
import { lookupOf } from '../match/condition.ts';
import type { PlannedSource } from '../producer/source.ts';

/** How the rows of a run would be looked up. */
export interface Census {
  /** Rows with an e-mail or phone. */
  index: number;
  /** Rows that have nothing but their identifier. */
  identifier: number;
  id: number;
  /** Some identifiers of the second kind, spread over the beginning of the files. */
  sample: string[];
  /** Every field that a row may set. */
  fields: string[];
}

/** Identifiers that are asked for in memory, to guess how many are known. */
const SAMPLE = 1000;

/** Whether rows of these files may have nothing but an identifier to be found by: else nothing has to be counted. */
export function mayNeedIdentifiers(files: readonly PlannedSource[]): boolean {
  return files.some(({ plan }) => plan?.match.includes('identifier') === true);
}

/** Reads the files once more and counts. Faulty rows count nowhere: they are not looked up. */
export async function censusOf(
  files: readonly PlannedSource[],
  definitions: Definitions | undefined,
  limit: number | null,
): Promise<Census> {
  const fields = new Set(files.flatMap(({ plan }) => plan?.columns.map(({ field }) => field) ?? []));
  const census: Census = { index: 0, identifier: 0, id: 0, sample: [], fields: [...fields] };
  let row = 0;
  for (const { plan, read } of files) {
    if (plan === undefined) continue;
    for await (const batch of read(0)) {
      for (const record of batch) {
        if (limit !== null && row >= limit) return census;
        const place = { row: row++, file: 0, line: record.line };
        if (!('cells' in record)) continue;
        const change = toChange(plan, place, record.cells, definitions);
        if ('fault' in change) continue;
        const kind = lookupOf(change);
        census[kind]++;
        if (kind === 'identifier' && census.sample.length < SAMPLE) census.sample.push(change.keys.identifier!);
      }
    }
  }
  return census;
}
