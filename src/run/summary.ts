import type { RailName } from '../rails/rail.ts';
import type { Outcome } from './outcome.ts';

/** Kinds of calls as the report counts them; `read` is GET of a contact or of its labels, `other` the preflight and health checks. */
export const CALL_KINDS = ['update', 'filter', 'create', 'read', 'labels', 'clear', 'other'] as const;
export type CallKind = (typeof CALL_KINDS)[number];

/** One call that went out, for the books. */
export interface Call {
  kind: CallKind;
  deskMs: number | null;
  status: number | null;
  rateLimited: boolean;
}

/** `finished`: every row has its outcome. The others leave rows that `--run-id` continues, `cancelled` excepted. */
export type RunStatus = 'running' | 'finished' | 'cancelled' | 'interrupted' | 'stopped';

/** What `summary.json` holds and `--json` prints. */
export interface Summary {
  run: string;
  command: string;
  /** The account's name in the configuration; not there for the one under `chatwoot`. */
  account?: string;
  /** The run that it retried or took back. */
  of?: string;
  /** The source of files whose mapping held. */
  source?: string;
  /** The preset of files that was named on the command line. */
  preset?: string;
  /** The source of events whose export it compared, or tried again, and how old the oldest file of it is. */
  reconciled?: { source: string; as_of: string };
  status: RunStatus;
  started_at: string;
  finished_at: string | null;
  duration_ms: number;
  rows: number;
  outcomes: Record<Outcome, number>;
  reasons: Record<string, number>;
  calls: Record<CallKind | 'total', number>;
  retries: number;
  rate_limited: number;
  desk: {
    /** Desk time of all our calls. */
    busy_ms: number;
    /** Desk time over the duration of the run: the part of one core of the desk that we took. */
    share: number;
    by_call: Partial<Record<CallKind, { n: number; ms_p50: number }>>;
  };
  /** `by_source`: the configuration of the source says where it is, so no command has to name it. */
  files: { path: string; rows: number; sha256: string; by_source?: true }[];
  report_dir: string;
  /** The guard rail that stopped the run; not there when none did. */
  stopped_by?: RailName;
  /** What the rail saw, its limit, and how to let it pass once; names and numbers, no value. */
  stopped_why?: string;
}
