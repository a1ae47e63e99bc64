import type { Outcome } from './outcome.ts';

/** What is said of a reason. */
export interface ReasonText {
  /** The outcomes it may stand beside. */
  outcomes: readonly Outcome[];
  /** What happened, for people. */
  message: string;
  /** What to do next. */
  hint: string;
}
