import type { MatchKey } from '../contact/change.ts';
import type { EmptyCells } from '../contact/patch.ts';
import type { Treatment, ValueSettings } from './file-mapping.ts';

/** `Origin` with places in the row instead of names; a column that is not there has none. */
export type PlannedOrigin =
  | { type: 'column'; index: number }
  | { type: 'template'; parts: (string | number)[]; columns: { index: number; fallback: string }[] }
  | { type: 'first'; indexes: number[] }
  | { type: 'value'; text: string };

/** `values` without case and outer spaces. */
export interface PlannedCondition {
  index: number;
  values: string[];
  not: boolean;
}

/** What a configured source says about a field besides its column. */
export interface PlannedRule extends Treatment {
  from: PlannedOrigin;
  when: PlannedCondition[];
}

export interface PlannedColumn {
  /** Zero-based position in the row; -1 for a field that several columns set, or none. */
  index: number;
  name: string;
  field: string;
  rule?: PlannedRule;
}

export interface IgnoredColumn {
  name: string;
  /** Why, when it is not simply a column that means nothing to us. */
  note?: string;
}

/** What becomes of every column of a file. Plain data. */
export interface ColumnPlan {
  columns: PlannedColumn[];
  /** The keys that may decide, in order. */
  match: MatchKey[];
  /** `--match` was given: every key in `match` that has a value may decide, not only the first. */
  explicitMatch: boolean;
  emptyCells: EmptyCells;
  ignored: IgnoredColumn[];
  /** Zero-based position of the CRM's own id of the record; only when it was named. */
  subject?: number;
  /** Rows that do not fit all of these are skipped. */
  where?: PlannedCondition[];
  /** What says when a row was true. */
  observedAt?: { index: number; name: string; settings: ValueSettings };
  /** Rows are refused whose e-mail address has another identifier in another row, or the other way round. */
  refusesConflicts?: boolean;
}
