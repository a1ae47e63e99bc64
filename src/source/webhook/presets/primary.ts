import { isRecord, own } from '../untrusted.ts';

/**
 * The one address or number that a mapping by name can mean, out of a CRM's list of them: the primary one, else the first
 * that is filled; null when none is (Pipedrive sends an empty list as one entry with an empty value); undefined when the
 * record does not hold the list, so nothing is said.
 *
 * @param name under which an entry holds its text
 */
export function primaryOf(list: unknown, name: string): string | null | undefined {
  if (list === undefined) return undefined;
  const entries = Array.isArray(list) ? list : [list];
  const text = (entry: unknown) => {
    const value = isRecord(entry) ? own(entry, name) : entry;
    return typeof value === 'string' ? value.trim() : '';
  };
  const filled = entries.filter((entry) => text(entry) !== '');
  const chosen = filled.find((entry) => own(entry, 'primary') === true) ?? filled[0];
  return chosen === undefined ? null : text(chosen);
}
