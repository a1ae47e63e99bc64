import type { Change, Place } from '../contact/change.ts';
import type { ColumnPlan } from '../mapping/columns.ts';
import type { Fault, Reason } from '../run/reason.ts';

/**
 * A row of a source: cells that the mapping turns into a change, a change that was decided before, a fault, or a contact
 * that is left alone from the start.
 */
export type SourceRow =
  | { line: number; cells: string[] }
  | { line: number; change: Omit<Change, keyof Place> }
  | { line: number; fault: Fault }
  | { line: number; skipped: Reason; contact: string };

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
  /** How its rows are given; `changes` cannot be fed back as a file. */
  kind: 'csv' | 'changes';
  /** Its rows may set custom attributes, whose definitions have to be known. */
  setsCustomAttributes: boolean;
  /** File of the ordinals that are read; all are when absent. */
  only?: string;
  /** What becomes of the columns; only of a CSV file. */
  plan?: ColumnPlan;
  /** Its rows from the given ordinal on, in batches. */
  read: (from: number) => AsyncIterable<SourceRow[]>;
}
