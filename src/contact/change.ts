import type { Patch } from './patch.ts';

/** What finds a contact; `id` is Chatwoot's own. Listed in the order they are tried by default. */
export const MATCH_KEYS = ['id', 'identifier', 'email', 'phone_number'] as const;
export type MatchKey = (typeof MATCH_KEYS)[number];

/** Where a change stands in its source: enough to find the very line again. */
export interface Place {
  /** Zero-based number of the row in the whole run, over all its files. Marks the row as done, exactly once. */
  row: number;
  /** Zero-based index of the file within the run. */
  file: number;
  /** Physical line (1-based) on which the record starts; a quoted newline moves the next record further down. */
  line: number;
}

/** One row or event after mapping: how to find the contact and what to set. */
export interface Change extends Place {
  /** Every match key that has a value in the row, normalised. */
  keys: Partial<Record<MatchKey, string>>;
  /** The keys that may decide, in order. Without an explicit `--match` this is one key: no silent fallback. */
  match: MatchKey[];
  patch: Patch;
  /** What the contact has to hold for this change to be made. */
  expect?: Expectation;
}

/** The condition of a change that was decided upon earlier, when the contact was last seen. */
export interface Expectation {
  /**
   * `whole`: all of it or the change is off (a plan that is applied). `each`: field by field (an undo). `nobody`: there is
   * no such contact yet (a plan that creates it).
   */
  of: 'whole' | 'each' | 'nobody';
  /** Field to the JSON text it held; '' for an attribute that was not there. */
  held: Record<string, string>;
}
