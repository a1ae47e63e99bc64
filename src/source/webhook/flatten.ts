import { isRecord, type Untrusted } from './untrusted.ts';

/** A value that a mapping can take. */
export type Scalar = string | number | boolean | null;

/** Values by the name a mapping gives. */
export type Values = Record<string, Scalar>;

/**
 * Makes scalars of an object: what lies deeper is named with dots, a list of scalars becomes one text parted by commas,
 * an empty text or list is null. A list that holds objects says nothing, because no name could mean one of them.
 *
 * @param prefix stands before every name, with its dot
 */
export function flatten(object: Untrusted, prefix = ''): Values {
  return Object.fromEntries(entries(object, prefix));
}

/** One value as a scalar; undefined when it is none. */
export function scalarOf(value: unknown): Scalar | undefined {
  if (value === '') return null;
  if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return value as Scalar;
  if (!Array.isArray(value)) return undefined;
  const items = value.map(scalarOf);
  if (value.some((item) => typeof item === 'object' && item !== null)) return undefined;
  return items.filter((item) => item !== null && item !== undefined).join(', ') || null;
}

function entries(object: Untrusted, prefix: string): [string, Scalar][] {
  return Object.entries(object).flatMap(([name, value]): [string, Scalar][] => {
    if (name === '__proto__') return [];
    if (isRecord(value)) return entries(value, `${prefix}${name}.`);
    const scalar = scalarOf(value);
    return scalar === undefined ? [] : [[`${prefix}${name}`, scalar]];
  });
}
