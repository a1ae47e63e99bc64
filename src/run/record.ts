import type { Outcome } from './outcome.ts';
import type { Reason } from './reason.ts';

/** One line of `outcomes.ndjson` and of the log event `contact.outcome`: no personal datum in it. */
export interface OutcomeRecord {
  run: string;
  /** Path of the file as given, or `-`. */
  source: string;
  line: number;
  outcome: Outcome;
  reason: Reason | null;
  contact_id: number | null;
  /** Names of the fields that were sent. */
  fields: string[];
  http_status: number | null;
  attempts: number;
  /** From the moment a worker took it up to the outcome. */
  duration_ms: number;
  /** What the call cost the desk (`x-runtime`), in milliseconds. */
  desk_ms: number | null;
  /** What we sent as `X-Request-Id`: the desk writes it on its own log lines. */
  request_id: string | null;
  /** Zero-based number of the row in the run; orders the lines of several files. */
  row: number;
  /** What is special about this row, without values (for example which column, or Chatwoot's own words). */
  detail?: string;
  /** The contact that has the value already; its link stands in the hint. */
  holder?: number;
}
