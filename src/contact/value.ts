import { booleanText, isPlainNumber } from './attribute.ts';
import { isObject, type Json, numberText } from './json.ts';

const DATETIME = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})$/;
const DAY_MS = 86_400_000;

/**
 * Whether an attribute holds the wanted value already. Tolerant of the type, because the same value comes in different
 * ones: Chatwoot's CSV import and its interface leave numbers as text, and write a date as a datetime at midnight UTC.
 */
export function sameValue(wanted: Json, live: Json | undefined): boolean {
  // A key that is null shows as empty: the same as a key that is not there.
  if (wanted === null || live === null || live === undefined) return wanted === null && (live ?? null) === null;
  if (typeof wanted === 'string' && typeof live === 'string') return wanted === live || sameDay(wanted, live);
  if (typeof wanted === 'string') return sameAsText(live, wanted);
  if (typeof live === 'string') return sameAsText(wanted, live);
  return deepEqual(wanted, live);
}

/** A number or boolean against text that says the same. Text with a leading zero says more than a number can hold. */
function sameAsText(value: Json, text: string): boolean {
  if (typeof value === 'boolean') return booleanText(text) === String(value);
  const number = numberText(value);
  return number !== undefined && isPlainNumber(text) && sameNumber(number, text);
}

/** Integers digit by digit, everything else as the double that the desk makes of it. */
function sameNumber(a: string, b: string): boolean {
  if (a === b) return true;
  const [integerA, integerB] = [integerOf(a), integerOf(b)];
  if (integerA !== undefined && integerB !== undefined) return integerA === integerB;
  return Number(a) === Number(b);
}

function integerOf(text: string): bigint | undefined {
  const digits = /^(-?\d+)(?:\.0+)?$/.exec(text)?.[1];
  return digits === undefined ? undefined : BigInt(digits);
}

function sameDay(a: string, b: string): boolean {
  const day = midnightDay(a);
  return day !== undefined && day === midnightDay(b);
}

/** The day (`2026-01-31`) that a date, or a datetime at midnight UTC, stands for; undefined for every other text. */
export function midnightDay(text: string): string | undefined {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return text;
  if (!DATETIME.test(text)) return undefined;
  const time = Date.parse(text.replace(' ', 'T'));
  return time % DAY_MS === 0 ? new Date(time).toISOString().slice(0, 10) : undefined;
}

/** Equal whatever the order of keys. Inside objects and arrays types have to agree: there nobody but us writes. */
function deepEqual(a: Json, b: Json): boolean {
  const [numberA, numberB] = [numberText(a), numberText(b)];
  if (numberA !== undefined || numberB !== undefined) {
    return numberA !== undefined && numberB !== undefined && sameNumber(numberA, numberB);
  }
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => deepEqual(item, b[index] as Json));
  }
  if (isObject(a)) {
    if (!isObject(b)) return false;
    const keys = Object.keys(a);
    if (keys.length !== Object.keys(b).length) return false;
    return keys.every((key) => Object.hasOwn(b, key) && deepEqual(a[key] as Json, b[key] as Json));
  }
  return a === b;
}

/** Drops nulls out of arrays, as the desk does when it reads a request (`[1,"a",null]` is stored as `[1,"a"]`). */
export function dropNulls(value: Json): Json {
  if (Array.isArray(value)) return value.filter((item) => item !== null).map(dropNulls);
  if (!isObject(value)) return value;
  // Object.fromEntries makes own keys of everything, `__proto__` included.
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, dropNulls(item)]));
}
