/** The one final word on a row or event: a closed list (docs/outcomes.md). */
export const OUTCOMES = [
  'updated',
  'created',
  'unchanged',
  'merged',
  'stale',
  'skipped',
  'not_found',
  'ambiguous',
  'invalid',
  'rejected',
  'failed',
  'cancelled',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Outcomes that a person has to look at; they make exit code 1 and fill `needs-attention.csv`. */
export const NEEDS_ATTENTION: ReadonlySet<Outcome> = new Set([
  'not_found',
  'ambiguous',
  'invalid',
  'rejected',
  'failed',
  'cancelled',
]);
