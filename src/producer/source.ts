import type { Change, Place } from '../contact/change.ts';
import type { ColumnPlan } from '../mapping/planned.ts';
import type { Fault, Reason } from '../run/reason.ts';
import type { AsOf, RunFile } from '../run/state.ts';
import type { Dialect } from '../source/decode/dialect.ts';

/**
 * A row of a source: cells that the mapping turns into a change (with the version they had when they were read first, if
 * that was in an earlier run), a change that was decided before, a fault, a contact
 * that is left alone from the start, or values that are known to be too old.
 */
export type SourceRow =
  | { line: number; cells: string[]; version?: string }
  | { line: number; change: Omit<Change, keyof Place> }
  | { line: number; fault: Fault }
  | { line: number; skipped: Reason; contact: string }
  | { line: number; stale: Reason };

/** What a run reads, checked and understood; can be read again and again and always gives the same rows. */
export interface PlannedSource {
  /** As the operator gave it. */
  path: string;
  /** Where to read it. */
  file: string;
  sha256: string;
  /** Bytes. */
  size: number;
  /** Lines, when it may be held against what it had the last time. */
  lines?: number;
  /** The configuration says where it is, the command did not. */
  bySource?: true;
  /** How it is read; UTF-8 with commas when absent. */
  dialect?: Dialect;
  /** What the operator should know about it, in sentences. */
  notes?: string[];
  /** How its rows are given; `changes` cannot be fed back as a file. */
  kind: 'csv' | 'changes';
  /** Its rows may set custom attributes, whose definitions have to be known. */
  setsCustomAttributes: boolean;
  /** Which of its records are read, as a digest of their lines; all are when absent. */
  only?: string;
  /** How old its values are; as old as the run that reads them when absent. */
  asOf?: AsOf;
  /** When its values were true, in epoch milliseconds; when the run begins when absent. */
  observedAt?: number;
  /** What becomes of the columns; only of a CSV file. */
  plan?: ColumnPlan;
  /** Its rows from the given ordinal on, in batches. */
  read: (from: number) => AsyncIterable<SourceRow[]>;
}

/** What is kept of a source with its run, before any row of it was read. */
export function runFileOf({
  path,
  file,
  sha256,
  kind,
  bySource,
  dialect,
  only,
  asOf,
  observedAt,
  lines,
}: PlannedSource): RunFile {
  return {
    path,
    file,
    sha256,
    kind,
    ...(bySource === undefined ? {} : { by_source: bySource }),
    ...(dialect === undefined ? {} : { dialect }),
    ...(only === undefined ? {} : { only }),
    ...(asOf === undefined ? {} : { as_of: asOf }),
    ...(observedAt === undefined ? {} : { observed_at: observedAt }),
    ...(lines === undefined ? {} : { lines }),
    rows: 0,
  };
}
