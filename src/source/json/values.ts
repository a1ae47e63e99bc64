import { parse } from 'lossless-json';

/** The values of a record by name, as the text of a cell. */
export type Values = Map<string, string>;

/** Deeper is no record of a person. */
const MAX_DEPTH = 32;

/**
 * Only numbers that a double may not give back digit by digit need the exact parser, which takes ten times as long: those
 * with a point, an exponent, sixteen digits, or a sign before nothing but a zero.
 */
const FRAGILE = /(?:^|[:,[\s])-?(?:\d{16}|\d+[.eE])|[:,[\s]-0/;

/**
 * Reads one record. What lies deeper is named with dots, a list of scalars becomes one text parted by semicolons, null is an
 * empty text. A list that holds objects says nothing, because no name could mean one of them. Answers why not in words when
 * it is no object of JSON.
 */
export function valuesIn(text: string): Values | string {
  let record: unknown;
  try {
    record = FRAGILE.test(text) ? exactly(text) : JSON.parse(text);
  } catch {
    return 'not valid JSON';
  }
  if (!isObject(record)) return 'not an object';
  const values: Values = new Map();
  return flattenInto(values, record, '', 0) ? values : `nested deeper than ${MAX_DEPTH} levels`;
}

function flattenInto(values: Values, object: Record<string, unknown>, prefix: string, depth: number): boolean {
  if (depth > MAX_DEPTH) return false;
  for (const [name, value] of Object.entries(object)) {
    if (isObject(value)) {
      if (!flattenInto(values, value, `${prefix}${name}.`, depth + 1)) return false;
    } else {
      const text = textOf(value);
      if (text !== undefined) values.set(prefix + name, text);
    }
  }
  return true;
}

function textOf(value: unknown): string | undefined {
  if (value === null) return '';
  if (!Array.isArray(value)) return String(value);
  if (value.some((item) => typeof item === 'object' && item !== null)) return undefined;
  return value.filter((item) => item !== null).join(';');
}

/** Numbers stay the text they are. Of a name that stands twice the last value counts, as everywhere else. */
function exactly(text: string): unknown {
  return parse(text, undefined, { parseNumber: (digits) => digits, onDuplicateKey: ({ newValue }) => newValue });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
