import type { MatchKey } from '../contact/change.ts';
import type { EmptyCells } from '../contact/patch.ts';
import type { ValueType } from '../value/value-types.ts';

/** What a type was told, as its own settings name it; checked before a file is read. */
export type ValueSettings = Readonly<Record<string, unknown>>;

/** Where the text of a field comes from: one column, several joined, the first of several that is filled, or nowhere. */
export type Origin = { column: string } | { template: string } | { firstOf: string[] } | { value: string };

/** Rows that fit: the column holds one of the texts, or with `not` none of them. */
export interface Condition {
  column: string;
  values: string[];
  not: boolean;
}

/** What becomes of a text on its way to its field. */
export interface Treatment {
  /** Absent: the text is checked by the rules of its field alone, as without a mapping. */
  type?: ValueType;
  settings: ValueSettings;
  /** An empty cell makes the row invalid. */
  required?: true;
  /** Stands for an empty cell. */
  default?: string;
  lookup?: Record<string, string>;
  /** What becomes of a text that is not in `lookup`. */
  unknown?: 'refuse' | 'keep' | 'drop';
}

export interface FieldRule extends Treatment {
  /** Where it stands in the configuration, for error texts: `columns.Email`. */
  key: string;
  field: string;
  from: Origin;
  /** Its columns may be missing in a file. */
  optional?: true;
  /** The field is left alone in rows that do not fit. */
  when: Condition[];
}

/** What a configured source of files sets. Plain data: a run is continued and retried with the one it began with. */
export interface FileMapping {
  /** The source, as it is named in the configuration. */
  name: string;
  rules: FieldRule[];
  /** Columns that set nothing, whatever they are called. */
  without: string[];
  /** The keys that find a contact, in order; empty: those that are there, of which the first with a value decides. */
  match: MatchKey[];
  emptyCells?: EmptyCells;
  /** Rows that do not fit all of these are skipped. */
  where: Condition[];
  /** The column that says when a row was true. */
  observedAt?: { column: string; settings: ValueSettings; optional?: true };
  /** Rows of which one e-mail address has several identifiers, or the other way round, are refused. */
  refusesConflicts: boolean;
  /** Why columns are left out on purpose, by their names in small letters. */
  notes?: Record<string, string>;
  /** How it was named on the command line, when not by its source alone. */
  flags?: { source?: string; preset: string };
}
