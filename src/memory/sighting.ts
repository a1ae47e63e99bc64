import type { MatchKey } from '../contact/change.ts';
import { diff } from '../contact/diff.ts';
import type { LiveContact } from '../contact/live.ts';
import type { Patch } from '../contact/patch.ts';
import type { FieldValue, Sighting } from './pack.ts';

/** A field that was wanted, and whether the contact held something else when it was read. */
interface Wanted {
  field: string;
  /** JSON text as the source gave it. */
  value: string;
  differs: boolean;
}

/**
 * What a look at a contact teaches. A value is remembered as the source wanted it, not as the desk writes it, so that the
 * same row is known again; what differs is not known any more.
 */
export function seenAt(live: LiveContact, wanted: readonly Wanted[], atMs: number): Sighting {
  const fields: FieldValue[] = wanted.flatMap(({ field, value, differs }) =>
    differs ? [] : [[field, value] as const],
  );
  const gone = wanted.flatMap(({ field, differs }) => (differs ? [field] : []));
  return { contact: String(live.id), keys: keysIn(live), atMs, fields, gone };
}

/** What the answer to a write teaches. The desk may have stored something else than was sent. */
export function seenAfter(live: LiveContact, patch: Patch): Sighting {
  const differs = diff(patch, live);
  const wanted = Object.entries(patch).map(([field, value]) => ({
    field,
    value,
    differs: Object.hasOwn(differs, field),
  }));
  return seenAt(live, wanted, Number.POSITIVE_INFINITY);
}

/** The match keys a contact has, besides its id. */
export function keysIn(live: LiveContact): Sighting['keys'] {
  const keys: Partial<Record<MatchKey, string>> = {};
  if (live.email) keys.email = live.email.toLowerCase();
  if (live.phone_number) keys.phone_number = live.phone_number;
  if (live.identifier) keys.identifier = live.identifier;
  return keys;
}
