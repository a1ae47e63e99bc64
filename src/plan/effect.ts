import { CLEAR } from '../contact/patch.ts';
import type { FieldChange, PlanEntry } from './entry.ts';

/** What a change does to a field, as a person sees it. */
export type Effect = 'filled' | 'replaced' | 'cleared';

const EMPTY_TEXT = '""';

/**
 * What a change does to its field. A key that is null or empty text shows as empty, the same as a key that is not there,
 * so a value put there replaces nothing. Of a value that is not known the worse is assumed.
 */
export function effectOf(change: FieldChange, outcome: PlanEntry['outcome']): Effect {
  if (outcome === 'created') return 'filled';
  const { before, after } = change;
  const wasEmpty = before === '' || before === CLEAR || before === EMPTY_TEXT;
  if (after === CLEAR || (after === EMPTY_TEXT && !wasEmpty)) return 'cleared';
  return wasEmpty ? 'filled' : 'replaced';
}
