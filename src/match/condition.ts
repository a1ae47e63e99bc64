import type { Change } from '../contact/change.ts';
import type { LookupKind } from '../queue/intake.ts';

/** One `equal_to` condition of a filter call. */
export interface Condition {
  key: 'email' | 'phone_number' | 'identifier';
  value: string;
}

/** Most conditions in one call: as many contacts as a page holds. */
export const MAX_CONDITIONS = 15;

/**
 * How a change is looked up first: by e-mail or phone where the row carries one, whatever decides the match, because those
 * are indexed and an identifier filter scans the account (67 ms against 17 at 100,000 contacts).
 */
export function lookupOf(change: Pick<Change, 'keys' | 'match'>): LookupKind {
  if (change.keys.email !== undefined || change.keys.phone_number !== undefined) return 'index';
  return change.match[0] === 'id' ? 'id' : 'identifier';
}

/** The conditions that find the contact of one change in the given look-up. */
export function conditionsOf(change: Change, kind: Exclude<LookupKind, 'id'>): Condition[] {
  const { email, phone_number, identifier } = change.keys;
  const conditions: Condition[] = [];
  if (kind === 'identifier' && identifier !== undefined) conditions.push({ key: 'identifier', value: identifier });
  const decides = (key: 'email' | 'phone_number') => change.match.includes(key);
  if (email !== undefined && (kind === 'index' || decides('email'))) conditions.push({ key: 'email', value: email });
  // One indexed key is enough to find the contact; the phone is asked for when it decides or stands alone.
  if (phone_number !== undefined && (decides('phone_number') || (kind === 'index' && email === undefined))) {
    conditions.push({ key: 'phone_number', value: phone_number });
  }
  return conditions;
}

/** Puts the conditions of many changes into as few calls as possible, each value once. */
export function packCalls(changes: readonly Change[], kind: Exclude<LookupKind, 'id'>): Condition[][] {
  const unique = new Map<string, Condition>();
  for (const change of changes) {
    for (const condition of conditionsOf(change, kind)) unique.set(`${condition.key} ${condition.value}`, condition);
  }
  const all = [...unique.values()];
  const calls: Condition[][] = [];
  for (let i = 0; i < all.length; i += MAX_CONDITIONS) calls.push(all.slice(i, i + MAX_CONDITIONS));
  return calls;
}

/**
 * The body of a filter call. Only `values[0]` counts, so each value is a condition of its own; the last has no operator,
 * since a dangling one is a server error. Phones go without "+": before 4.7 the desk puts one in front of whatever comes.
 */
export function filterBody(conditions: readonly Condition[]): string {
  const payload = conditions.map(({ key, value }, i) => ({
    attribute_key: key,
    filter_operator: 'equal_to',
    values: [key === 'phone_number' ? value.replace(/^\+/, '') : value],
    query_operator: i === conditions.length - 1 ? null : 'OR',
  }));
  return JSON.stringify({ payload });
}
