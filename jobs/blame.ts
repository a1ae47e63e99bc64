import { type Snapshot, versionIn } from '../src/queue/snapshot.ts';

/** Columns that the desk derives, by the field that they are derived from (contacts/sync_attributes.rb). */
const DERIVED: Readonly<Record<string, string>> = {
  location: 'additional_attributes.city',
  country_code: 'additional_attributes.country',
};

/**
 * The part of a mailbox that a refusal is about: the rows that brought a value which the desk named, with all of their
 * fields, and rows of which nothing else is left to be written. Undefined when that is every row, or nobody's value was
 * named.
 *
 * @param attributes as the desk names them in a 422
 * @param key the match key of a contact that is to be created: without it nothing can be written
 */
export function blamedPart(seen: Snapshot, attributes: readonly string[], key?: string): Snapshot | undefined {
  const named = new Set(attributes.map((attribute) => DERIVED[attribute] ?? attribute));
  if (seen.rows.length < 2 || (key !== undefined && named.has(key))) return undefined;
  const changes = seen.changes.filter(({ field }) => named.has(field));
  const refused = new Set(changes.map(({ version }) => version));
  if (refused.size === 0) return undefined;
  const isRefused = ([, value]: (typeof seen.raw)[number]) => refused.has(versionIn(value));
  const writable = new Set(seen.raw.filter((entry) => !isRefused(entry)).map(([, value]) => versionIn(value)));
  const rows = seen.rows.filter(({ version }) => !writable.has(version));
  if (rows.length === seen.rows.length) return undefined;
  return { ...seen, rows, raw: seen.raw.filter(isRefused), changes };
}
