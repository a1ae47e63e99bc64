import type { Change, Place } from '../contact/change.ts';
import type { ColumnPlan } from '../mapping/columns.ts';
import type { Fault } from '../run/reason.ts';

/** A row of a source: cells that the mapping turns into a change, a change that was decided before, or a fault. */
export type SourceRow =
  | { line: number; cells: string[] }
  | { line: number; change: Omit<Change, keyof Place> }
  | { line: number; fault: Fault };

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
  /** What becomes of the columns; only of a CSV file. */
  plan?: ColumnPlan;
  /** Its rows from the given ordinal on, in batches. */
  read: (from: number) => AsyncIterable<SourceRow[]>;
}
