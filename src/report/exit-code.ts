import type { Summary } from '../run/summary.ts';
import { books } from './books.ts';

/** What the caller knows and the summary does not say. */
export interface ExitFacts {
  /** Rows read are the sum of all outcomes. */
  booksBalance: boolean;
  /** Why the run ended before its last row (an outage past the limit, a refused token, a guard rail), if it did. */
  stoppedEarly?: string | undefined;
  /** Usage, configuration or mapping was wrong and nothing was sent. */
  refused?: boolean | undefined;
}

/**
 * The exit code of a run: 0 all rows settled well, 1 finished but some rows need attention, 2 refused before anything
 * was sent, 3 stopped early, cancelled or the books do not balance. An interruption by a signal is not decided here:
 * its 130 or 143 comes from the signal; a run that is merely `running` or `interrupted` did not come to its end: 3.
 */
export function exitCode(summary: Pick<Summary, 'status' | 'rows' | 'outcomes'>, facts: ExitFacts): 0 | 1 | 2 | 3 {
  if (facts.refused === true) return 2;
  if (facts.stoppedEarly !== undefined || summary.status !== 'finished' || !facts.booksBalance) return 3;
  return books(summary).attention > 0 ? 1 : 0;
}
