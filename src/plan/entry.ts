import type { MatchKey } from '../contact/change.ts';
import type { Outcome } from '../run/outcome.ts';
import type { Reason } from '../run/reason.ts';
import type { CallKind } from '../run/summary.ts';

/**
 * What a field holds and would hold, as JSON texts: a number keeps its digits on the way through a file. `before` is ''
 * when the key is not there at all, and undefined when it is not known (the contact was not read, or it is an avatar).
 */
export interface FieldChange {
  field: string;
  before: string | undefined;
  after: string;
}

/** One row of a plan. Holds personal values: for the terminal and the plan's own file, never for a log. */
export interface PlanEntry {
  /** Zero-based number of the row in the run. */
  row: number;
  /** Path of the file as given, or `-`. */
  source: string;
  /** Physical line (1-based) on which the record starts. */
  line: number;
  outcome: Outcome;
  reason: Reason | null;
  /** Never null beside `updated`. */
  contact_id: number | null;
  /** What is special about this row, without values. */
  detail?: string;
  /** What finds the contact again in the fewest calls. */
  keys: Partial<Record<MatchKey, string>>;
  /** Everything that is written to the contact, also for the rows that were merged into this one. */
  changes: FieldChange[];
}

/** The calls of each kind and their sum. */
export type CallTotals = Record<CallKind | 'total', number>;

/** Where the milliseconds of a call come from. */
export type CostSource = 'measured here' | 'known of Chatwoot';

/** What the calls cost the desk and how long they take. */
export interface PlanCost {
  /** Calls of each kind that occurs, and what one of them costs the desk in milliseconds. */
  by_call: Partial<Record<CallKind, { n: number; ms: number; source: CostSource }>>;
  /** What all calls cost the desk together, in milliseconds of its work. */
  desk_ms: number;
  /** From the first call to the last, in milliseconds. */
  duration_ms: number;
  /** `rate` in calls a minute, `concurrency` in calls in flight, `desk_share` in percent where the pace follows the desk. */
  pace: { rate: number; concurrency: number; desk_share?: number };
}

/** How many contacts a field is filled in, replaced or cleared for. */
export interface FieldCount {
  field: string;
  filled: number;
  replaced: number;
  cleared: number;
}

/** What an undo could put back. */
export interface UndoLimits {
  /** False when not one of the changes could be put back. */
  possible: boolean;
  /** What it could not, each with the number of contacts. */
  only_so_far: { what: string; contacts: number }[];
}

/** How the contacts are found, why so, and what the other ways would cost. */
export interface PlanLookup {
  way: string;
  why: string;
  others: { way: string; calls: number; desk_ms: number }[];
}

/** What `plan --json` prints, together with the changes: everything that is known before the first write. */
export interface Plan {
  run: string;
  base_url: string;
  account_id: number;
  /** ISO 8601, UTC. */
  created_at: string;
  files: { path: string; rows: number; sha256: string }[];
  options: Record<string, unknown>;
  rows: number;
  outcomes: Record<Outcome, number>;
  reasons: Record<string, number>;
  /** What `sync` will make. */
  calls: CallTotals;
  cost: PlanCost;
  fields: FieldCount[];
  undo: UndoLimits;
  /** Guard rails that would stop the run. */
  rails: { rail: string; sentence: string }[];
  lookup: PlanLookup | null;
}

/** Whether carrying an entry out writes to the desk. */
export function writes(entry: Pick<PlanEntry, 'outcome'>): boolean {
  return entry.outcome === 'updated' || entry.outcome === 'created';
}
