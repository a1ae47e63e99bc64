import { SqlFault } from './row.ts';

/** Postgres types that a custom attribute's text is cast to (filter_service.rb, ATTRIBUTE_TYPES). */
export type SqlType = 'text' | 'numeric' | 'date' | 'boolean';

/** A cast value: comparable within its type. Dates are days since 1970. */
export type Cast = string | number | bigint | boolean;

const NUMERIC = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const ISO_DATE = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?$/;
const DAY_MS = 86_400_000;

/** `'text'::type`; throws SqlFault where Postgres would. `today` is in milliseconds. */
export function cast(text: string, type: SqlType, today: number): Cast {
  if (text.includes('\u0000')) throw new SqlFault();
  if (type === 'text') return text;
  const trimmed = text.trim();
  if (type === 'numeric') return numericOf(trimmed);
  if (type === 'boolean') return booleanOf(trimmed.toLowerCase());
  return dateOf(trimmed.toLowerCase(), today);
}

/** Negative, zero or positive; long integers and fractions compare by value. */
export function compareCast(left: Cast, right: Cast): number {
  if (typeof left === 'string' && typeof right === 'string') return left < right ? -1 : left > right ? 1 : 0;
  return left < right ? -1 : left > right ? 1 : 0;
}

function numericOf(text: string): number | bigint {
  if (/^[+-]?\d{16,}$/.test(text)) return BigInt(text.replace(/^\+/, ''));
  if (NUMERIC.test(text)) return Number(text);
  if (/^nan$/i.test(text)) return Number.POSITIVE_INFINITY;
  const infinite = /^([+-]?)inf(inity)?$/i.exec(text);
  if (infinite) return infinite[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  throw new SqlFault();
}

/** Postgres takes any unambiguous beginning of true, false, yes, no, on, off, and 1 and 0. */
function booleanOf(text: string): boolean {
  if (text === '1' || text === 'on' || beginsWord(text, 'true') || beginsWord(text, 'yes')) return true;
  if (text === '0' || text === 'of' || text === 'off' || beginsWord(text, 'false') || beginsWord(text, 'no'))
    return false;
  throw new SqlFault();
}

function beginsWord(text: string, word: string): boolean {
  return text !== '' && word.startsWith(text);
}

function dateOf(text: string, today: number): number {
  const day = Math.floor(today / DAY_MS);
  const named: Record<string, number> = { yesterday: day - 1, today: day, now: day, tomorrow: day + 1, epoch: 0 };
  if (Object.hasOwn(named, text)) return named[text]!;
  const iso = ISO_DATE.exec(text) ?? /^(\d{4})(\d{2})(\d{2})$/.exec(text);
  if (iso) return dayNumber(Number(iso[1]), Number(iso[2]), Number(iso[3]));
  const american = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(text);
  if (american) return dayNumber(Number(american[3]), Number(american[1]), Number(american[2]));
  throw new SqlFault();
}

function dayNumber(year: number, month: number, day: number): number {
  const ms = Date.UTC(year, month - 1, day);
  const date = new Date(ms);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) throw new SqlFault();
  return ms / DAY_MS;
}
