import { isLosslessNumber, isSafeNumber, LosslessNumber, parse, stringify } from 'lossless-json';

/** Any JSON value; a number that would lose digits as a double stands as `LosslessNumber`, which keeps its text. */
export type Json = null | boolean | number | string | LosslessNumber | Json[] | { [key: string]: Json };

/** What a double may not keep: many digits, and the zero of `1.0`, which the desk keeps as well. */
const FRAGILE = /\d{16}|\.\d*0(?!\d)/;

/**
 * Parses JSON without losing a digit. Of a key that stands twice the last value counts, as on the desk; a key named
 * `__proto__` is a key like any other, in both parsers.
 *
 * @throws SyntaxError when the text is no JSON
 */
export function parseLossless(text: string): Json {
  if (!FRAGILE.test(text)) return JSON.parse(text) as Json;
  return parse(text, undefined, { parseNumber: toNumber, onDuplicateKey: ({ newValue }) => newValue }) as Json;
}

/** The inverse: every number keeps its digits. */
export function toJsonText(value: Json): string {
  return stringify(value) as string;
}

/** The digits of a number as JSON writes them; undefined when the value is none. */
export function numberText(value: Json): string | undefined {
  if (typeof value === 'number') return String(value);
  return isLosslessNumber(value) ? value.value : undefined;
}

export function isObject(value: Json | undefined): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isLosslessNumber(value);
}

function toNumber(text: string): number | LosslessNumber {
  return isSafeNumber(text) && String(Number(text)) === text ? Number(text) : new LosslessNumber(text);
}
