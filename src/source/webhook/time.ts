const ISO = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d(?::?\d\d)?)?$/;

/** 1973 and 2286: outside of them a count is of another unit than it is taken for. */
const FIRST_MS = 1e11;
const LAST_MS = 1e13;

/**
 * Reads an ISO-8601 time to epoch ms; anything else, and a day the calendar does not have, is null. `new Date` would take
 * `03/04/2024` for a day in March and a time without a zone for one of this machine's.
 *
 * @param zoneless what a time without a zone means: UTC, or nothing
 */
export function isoTime(value: unknown, zoneless: 'utc' | 'unknown' = 'unknown'): number | null {
  const found = typeof value === 'string' ? ISO.exec(value.trim()) : null;
  if (found === null) return null;
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map((part) => Number(part ?? 0)) as Six;
  const zone = found[8];
  if (zone === undefined && zoneless === 'unknown') return null;
  if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59) return null;
  const date = new Date(
    Date.UTC(year, month - 1, day, hour, minute, second, Number((found[7] ?? '').padEnd(3, '0').slice(0, 3))),
  );
  if (date.getUTCDate() !== day || year < 1970) return null;
  const offset = offsetOf(zone ?? 'Z');
  return offset === null ? null : date.getTime() - offset;
}

/** Reads a count of seconds since 1970 to epoch ms; null when it is none, or plainly of another unit. */
export function secondsTime(value: unknown): number | null {
  return countTime(value, 1000);
}

/** Reads a count of milliseconds since 1970; null when it is none, or plainly of another unit. */
export function millisTime(value: unknown): number | null {
  return countTime(value, 1);
}

/** Reads a count of microseconds since 1970 to epoch ms, rounded down; null when it is none. */
export function microsTime(value: unknown): number | null {
  return countTime(value, 1 / 1000);
}

/** For senders that only promise a time: ISO-8601 with a zone, or a count of seconds or ms, told apart by its size. */
export function anyTime(value: unknown): number | null {
  return isoTime(value) ?? secondsTime(value) ?? millisTime(value);
}

type Six = [number, number, number, number, number, number];

function countTime(value: unknown, factor: number): number | null {
  const digits = typeof value === 'string' && /^\d{1,17}$/.test(value) ? Number(value) : value;
  if (typeof digits !== 'number' || !Number.isInteger(digits)) return null;
  const ms = factor < 1 ? Math.floor(digits / 1000) : digits * factor;
  return ms >= FIRST_MS && ms < LAST_MS ? ms : null;
}

/** Milliseconds east of UTC; null when no place on earth has it. */
function offsetOf(zone: string): number | null {
  if (zone === 'Z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(3).replace(':', '') || 0);
  if (hours > 14 || minutes > 59) return null;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}
