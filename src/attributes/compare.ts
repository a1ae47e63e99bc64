import { type BadValue, type Column, SAMPLES, type ShownType } from './column.ts';

/**
 * How an attribute stands. `missing`: the account does not define it. `mismatch`: cells do not fit the definition.
 * `unfilterable`: its type has no filter. `broken-filter`: some contact holds what its type cannot be, so every filter on
 * the key fails.
 */
export type AttributeStatus = 'ok' | 'missing' | 'mismatch' | 'unfilterable' | 'broken-filter' | 'created';

/** Everything that is known of one column and its definition. */
export interface Finding {
  column: Column;
  /** The type it is defined with; null when it is not defined. */
  defined: string | null;
  created: boolean;
  /** Why it could not be created: a sentence and the next step. */
  refusal?: string;
  /** Every filter on the key is answered with a server error. */
  broken: boolean;
  /** Ids of the contacts that break it; undefined when they were not looked for. */
  holders?: number[];
}

/** One entry of the `--json` document. */
export interface AttributeLine {
  key: string;
  column: string;
  status: AttributeStatus;
  defined_type: string | null;
  /** null: the column is empty. */
  shown_type: ShownType | null;
  /** Rows with a value. */
  rows: number;
  bad_rows: number;
  first_bad_line: number | null;
  /** Of lists: the first values that are no options; absent when there are too many to be names of options. */
  bad_values?: BadValue[];
  /** Why it cannot be created. */
  refusal?: string;
  contacts?: { id: number; url: string }[];
}

/** Types for which filter_service.rb knows no cast: a filter on such a key is a server error (observed on 4.10.0). */
const UNFILTERABLE: ReadonlySet<string> = new Set(['currency', 'percent']);

/** What is known before Chatwoot is asked anything but its definitions. */
export function findingOf(column: Column): Finding {
  return { column, defined: column.definition?.type ?? null, created: false, broken: false };
}

/** Whether the type has a filter at all. */
export function isUnfilterable(type: string | null): boolean {
  return type !== null && UNFILTERABLE.has(type);
}

/** The gravest word that is true: what fails for the whole account comes before what costs rows. */
export function statusOf({ column, defined, created, broken }: Finding): AttributeStatus {
  if (broken) return 'broken-filter';
  if (defined === null) return 'missing';
  if (column.badRows > 0) return 'mismatch';
  if (isUnfilterable(defined)) return 'unfilterable';
  return created ? 'created' : 'ok';
}

/** Whether somebody has to do something. */
export function needsAttention(finding: Finding): boolean {
  const status = statusOf(finding);
  return status !== 'ok' && status !== 'created';
}

/** The entry of the document. */
export function lineOf(finding: Finding, contactUrl: (id: number) => string): AttributeLine {
  const { column, refusal, holders } = finding;
  const strangers = column.strangers ?? [];
  return {
    key: column.key,
    column: column.name,
    status: statusOf(finding),
    defined_type: finding.defined,
    shown_type: column.shown,
    rows: column.rows,
    bad_rows: column.badRows,
    first_bad_line: column.badLines[0] ?? null,
    ...(strangers.length === 0 ? {} : { bad_values: strangers.slice(0, SAMPLES) }),
    ...(refusal === undefined ? {} : { refusal }),
    ...(holders === undefined ? {} : { contacts: holders.map((id) => ({ id, url: contactUrl(id) })) }),
  };
}
