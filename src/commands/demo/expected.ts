import { OUTCOMES, type Outcome } from '../../run/outcome.ts';
import type { Summary } from '../../run/summary.ts';

/** How many rows end in which outcome; an outcome that is not named has none. */
export type Outcomes = Partial<Record<Outcome, number>>;

/** How the rows of examples/contacts.csv end on a freshly seeded sandbox. A test holds it against the file. */
export const FIRST_TIME: Outcomes = { updated: 65, unchanged: 311, merged: 1, not_found: 11, invalid: 8 };

/**
 * And how they end when the file is synced again: there is nothing left to write. The older of two rows about one contact is
 * `stale` when the newer one was settled from memory before it was looked up, and `merged` when they met.
 */
export const AGAIN: readonly Outcomes[] = [
  { unchanged: 376, stale: 1, not_found: 11, invalid: 8 },
  { unchanged: 376, merged: 1, not_found: 11, invalid: 8 },
];

/** Whether a run ended with exactly these outcomes. */
export function endedAs(summary: Pick<Summary, 'outcomes'>, expected: Outcomes): boolean {
  return OUTCOMES.every((outcome) => summary.outcomes[outcome] === (expected[outcome] ?? 0));
}

/** `65 updated + 311 unchanged`, for people. */
export function sumOf(outcomes: Outcomes): string {
  return OUTCOMES.filter((outcome) => (outcomes[outcome] ?? 0) > 0)
    .map((outcome) => `${outcomes[outcome]} ${outcome}`)
    .join(' + ');
}
