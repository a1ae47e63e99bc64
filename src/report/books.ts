import { NEEDS_ATTENTION, OUTCOMES, type Outcome } from '../run/outcome.ts';
import type { Summary } from '../run/summary.ts';

/** The account of a run: every row that was read has to have exactly one outcome. */
export interface Books {
  settled: number;
  /** Settled rows that a person has to look at. */
  attention: number;
  /** Rows without an outcome; negative when there are more outcomes than rows. */
  open: number;
  balance: boolean;
}

/** Adds the outcomes up and compares them with the rows read. */
export function books(summary: Pick<Summary, 'rows' | 'outcomes'>): Books {
  let settled = 0;
  let attention = 0;
  for (const outcome of OUTCOMES) {
    settled += summary.outcomes[outcome];
    if (NEEDS_ATTENTION.has(outcome)) attention += summary.outcomes[outcome];
  }
  const open = summary.rows - settled;
  return { settled, attention, open, balance: open === 0 };
}

/** The outcomes that occurred, the good ones first (the order of the closed list). */
export function occurred(outcomes: Summary['outcomes']): { outcome: Outcome; rows: number; attention: boolean }[] {
  return OUTCOMES.filter((outcome) => outcomes[outcome] !== 0).map((outcome) => ({
    outcome,
    rows: outcomes[outcome],
    attention: NEEDS_ATTENTION.has(outcome),
  }));
}
