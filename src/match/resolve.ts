import type { Change, MatchKey } from '../contact/change.ts';
import type { LiveContact } from '../contact/live.ts';
import type { LookupKind } from '../queue/intake.ts';
import type { Condition } from './condition.ts';

/** What was found for the conditions of a batch. */
export interface Found {
  contacts: LiveContact[];
  /** Conditions that the desk answers with a server error, each alone. */
  refused: Condition[];
}

/** Whose contact a change is. */
export type Resolution =
  | { type: 'contact'; contact: string; live: LiveContact | undefined; matchedBy: MatchKey }
  | { type: 'left-over'; to: LookupKind }
  | { type: 'gone' }
  | { type: 'not-found' }
  | { type: 'ambiguous'; contacts: number }
  | { type: 'refused' };

/**
 * Decides whose contact a change is, from what one look-up found. The desk compares without regard to case, so every
 * hit is checked again here: identifiers that differ in case are different contacts.
 */
export function resolve(change: Change, found: Found, kind: LookupKind): Resolution {
  for (const key of change.match) {
    const value = change.keys[key];
    if (value === undefined) continue;
    if (key === 'id') {
      const live = found.contacts.find((contact) => String(contact.id) === value);
      if (live !== undefined) return { type: 'contact', contact: value, live, matchedBy: key };
      // Its e-mail is another one by now, or it has none: the id itself is asked for.
      return kind === 'id' ? { type: 'gone' } : { type: 'left-over', to: 'id' };
    }
    const hits = found.contacts.filter((contact) => holds(contact, key, value));
    if (hits.length > 1) return { type: 'ambiguous', contacts: hits.length };
    if (hits.length === 1) return { type: 'contact', contact: String(hits[0]!.id), live: hits[0]!, matchedBy: key };
    if (found.refused.some((condition) => condition.key === key && condition.value === value))
      return { type: 'refused' };
    // The e-mail found nobody with this identifier; somebody without that e-mail may still have it.
    if (key === 'identifier' && kind === 'index') return { type: 'left-over', to: 'identifier' };
  }
  return { type: 'not-found' };
}

/** Whether a contact that the desk gave for a key really has it. */
export function holds(contact: LiveContact, key: Exclude<MatchKey, 'id'>, value: string): boolean {
  if (key === 'email') return contact.email?.toLowerCase() === value.toLowerCase();
  return contact[key] === value;
}
