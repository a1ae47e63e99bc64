import type { HoldCause } from '../chatwoot/verdict.ts';
import type { CallKind } from '../run/summary.ts';

export interface LimiterOptions {
  /** Number of the account whose calls these are. The limiter is its desk's; a refused token holds the account alone. */
  account: number;
  /** Longest pause between two tries while the desk is down, in milliseconds. */
  longestStepMs: number;
  /** First pause, in milliseconds; doubles with each failed try. */
  firstStepMs: number;
  /** Length of the desk's rate window in milliseconds. */
  windowMs: number;
  /** Longest that one call may take, in milliseconds: as long is one caller alone trying a desk that was down. */
  probeMs: number;
  random: () => number;
  /** Holds what calls cost the desk to a share of it; without, the rate is the one limit. */
  occupation?: {
    /** Part of the desk's capacity that may be taken now, between 0 and 1: it may change with the time of day. */
    share: () => number;
  };
}

export type Slot =
  | { granted: true; waitMs: number; at: number; probe: boolean; streak: boolean; together: boolean }
  | { granted: false; waitMs: number; at: number; cause: HoldCause | 'pace' | 'paused'; since: number | null };

/** What `status` and the progress line say about the limiter. */
export interface PaceState {
  rate: number;
  /** Calls in the present clock window. */
  count: number;
  cause: HoldCause | 'paused' | null;
  /** Redis clock, epoch milliseconds. */
  holdUntil: number | null;
  since: number | null;
  /** How much of its share of the desk is taken, and why; null while nobody holds to a share. */
  occupation: { gain: number; cores: number; ratio: number; why: Why } | null;
}

/** Why so much of the share is taken. */
export type Why = 'starting' | 'rising' | 'steady' | 'holding' | 'busy' | 'queueing';

/** A call that was answered. */
export interface Observed {
  kind: CallKind;
  /** What the desk says it worked on it, in milliseconds; null where it does not say. */
  deskMs: number | null;
  /** From sending to the answer, in milliseconds. */
  wholeMs: number;
  /** Sent with others on purpose; `late`: it was to be, and missed them. */
  company: 'alone' | 'met' | 'late';
}
