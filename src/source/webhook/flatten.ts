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
  const values: Values = {};
  flattenInto(values, object, prefix);
  return values;
}

/** One value as a scalar; undefined when it is none. */
export function scalarOf(value: unknown): Scalar | undefined {
  if (value === '') return null;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === null) {
    return value;
  }
  if (!Array.isArray(value)) return undefined;
  const items = value.map(scalarOf);
  if (value.some((item) => typeof item === 'object' && item !== null)) return undefined;
  return items.filter((item) => item !== null && item !== undefined).join(', ') || null;
}

function flattenInto(values: Values, object: Untrusted, prefix: string): void {
  for (const name of Object.keys(object)) {
    if (name === '__proto__') continue;
    const value = object[name];
    if (isRecord(value)) {
      flattenInto(values, value, `${prefix}${name}.`);
      continue;
    }
    const scalar = scalarOf(value);
    if (scalar !== undefined) values[`${prefix}${name}`] = scalar;
  }
}
