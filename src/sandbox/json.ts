import { isUtf8 } from 'node:buffer';
import { parse, stringify } from 'lossless-json';

/** A JSON value; integers past 2^53 are bigints, so that they leave as they came. */
export type Json = null | boolean | number | bigint | string | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

/** Ruby's JSON parser refuses deeper nesting (`max_nesting`); Rails answers 400. */
const MAX_DEPTH = 100;
const LONG_DIGITS = /\d{16}/;

/** Parses JSON text without losing digits of long integers; of duplicate keys the last wins. Throws SyntaxError. */
export function parseExact(text: string): Json {
  if (!LONG_DIGITS.test(text)) return JSON.parse(text) as Json;
  return parse(text, null, {
    parseNumber: exactNumber,
    onDuplicateKey: ({ newValue }: { newValue: unknown }) => newValue,
  }) as Json;
}

/** JSON text of a value; infinite numbers become null, as Rails writes them. */
export function stringifyExact(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return stringify(value) ?? 'null';
  }
}

/**
 * Reads a request body as Rails does; undefined stands for its 400: malformed JSON, invalid UTF-8, lone surrogates or
 * nesting deeper than 100.
 */
export function parseBody(bytes: Buffer): Json | undefined {
  if (bytes.length === 0) return null;
  if (!isUtf8(bytes)) return undefined;
  const text = bytes.toString('utf8');
  if (isTooDeep(text)) return undefined;
  let value: Json;
  try {
    value = parseExact(text);
  } catch {
    return undefined;
  }
  if (/\\u[dD][89a-fA-F]/.test(text) && holdsLoneSurrogate(value)) return undefined;
  return text.includes('null') ? withoutArrayNulls(value) : value;
}

/** True for a JSON object, false for arrays and everything else. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether any text inside, keys included, holds NUL: Postgres refuses it and the desk answers 500. */
export function holdsNul(value: Json): boolean {
  if (typeof value === 'string') return value.includes('\u0000');
  if (Array.isArray(value)) return value.some(holdsNul);
  if (isObject(value)) return Object.entries(value).some(([key, inner]) => key.includes('\u0000') || holdsNul(inner));
  return false;
}

function exactNumber(text: string): number | bigint {
  if (/^-?\d+$/.test(text) && !Number.isSafeInteger(Number(text))) return BigInt(text);
  return Number(text);
}

function isTooDeep(text: string): boolean {
  if ((text.match(/[[{]/g)?.length ?? 0) <= MAX_DEPTH) return false;
  let depth = 0;
  let inText = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (inText) {
      if (char === '\\') at += 1;
      else if (char === '"') inText = false;
    } else if (char === '"') inText = true;
    else if (char === '[' || char === '{') {
      depth += 1;
      if (depth > MAX_DEPTH) return true;
    } else if (char === ']' || char === '}') depth -= 1;
  }
  return false;
}

function holdsLoneSurrogate(value: Json): boolean {
  if (typeof value === 'string') return /\p{Surrogate}/u.test(value);
  if (Array.isArray(value)) return value.some(holdsLoneSurrogate);
  if (isObject(value)) {
    return Object.entries(value).some(([key, inner]) => /\p{Surrogate}/u.test(key) || holdsLoneSurrogate(inner));
  }
  return false;
}

/** Rails drops nulls from arrays in parameters (`perform_deep_munge`): `[1,null]` arrives as `[1]`. */
function withoutArrayNulls(value: Json): Json {
  if (Array.isArray(value)) return value.filter((item) => item !== null).map(withoutArrayNulls);
  if (!isObject(value)) return value;
  for (const [key, inner] of Object.entries(value)) {
    if (typeof inner === 'object' && inner !== null) value[key] = withoutArrayNulls(inner);
  }
  return value;
}
