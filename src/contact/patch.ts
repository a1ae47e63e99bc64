/**
 * The fields a change wants to set: field path (`name`, `custom_attributes.plan`) to the value as JSON text.
 *
 * Values stay JSON text from the source to the request body: an integer beyond 2^53 would lose digits in a JavaScript
 * number, and text is what Redis and HTTP carry anyway. `null` clears the field.
 */
export type Patch = Record<string, string>;

/** The JSON text that clears a field; of a custom attribute it removes the key. */
export const CLEAR = 'null';

/** In place of a field: the contact itself is to go. */
export const REMOVE = '#remove';

/** Also null, but of a custom attribute it keeps the key: what an undo puts back where the desk held null. */
export const KEPT_NULL = ' null';

/** What an empty cell means: leave the field alone, or clear it. */
export type EmptyCells = 'leave' | 'clear';

/** A patch without what it clears: a new contact has nothing that could be cleared. */
export function filled(patch: Patch): Patch {
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== CLEAR));
}
