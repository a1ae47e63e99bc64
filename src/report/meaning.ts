import type { Outcome } from '../run/outcome.ts';

/** What each outcome means, in one line for people. */
export const MEANINGS: Record<Outcome, string> = {
  updated: 'The new values were written to the contact.',
  created: 'The contact did not exist and was created (`--on-missing create`).',
  unchanged: 'Chatwoot already holds these values: no write was sent.',
  merged: 'Folded into another change of the same contact that was written together with it.',
  stale: 'Older than what was already written to those fields.',
  skipped: 'Left alone by a rule the operator gave (a filter, `--limit`, an undo of a field edited since).',
  not_found: 'No contact matches.',
  ambiguous: 'More than one contact matches.',
  invalid: 'The row itself is wrong: it was refused here and nothing was sent.',
  rejected: 'Chatwoot refused it, and trying again cannot help.',
  failed: 'The attempts were used up.',
  cancelled: 'The run was cancelled or stopped by a guard rail before this row was sent.',
};
