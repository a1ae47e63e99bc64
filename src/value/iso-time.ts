import { isDate } from '../contact/attribute.ts';

const ISO =
  /^(\d{4}-\d{2}-\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s?([Zz]|UTC|[+-]\d{2}(?::?\d{2})?)?)?$/;

/** A written time, before it is known where it was written. */
export interface Written {
  /** The time on the wall in milliseconds, as if it were UTC. */
  wall: number;
  /** Minutes east of UTC, when the text says so. */
  offset?: number;
  /** A day without a time. */
  day?: true;
}

/** Reads `2024-03-12`, `2024-03-12 09:14`, `2024-03-12T09:14:00.000+01:00`; undefined for everything else. */
export function readIso(text: string): Written | undefined {
  const [whole, day = '', hour, minute = '', second = '0', fraction = '', zone] = ISO.exec(text) ?? [];
  if (whole === undefined || !isDate(day)) return undefined;
  const midnight = Date.parse(`${day}T00:00:00Z`);
  if (hour === undefined) return { wall: midnight, day: true };
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const ms = Number(fraction.padEnd(3, '0').slice(0, 3));
  const wall = midnight + ((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1_000 + ms;
  if (zone === undefined) return { wall };
  const offset = minutesOf(zone);
  return offset === undefined ? undefined : { wall, offset };
}

function minutesOf(zone: string): number | undefined {
  const [whole, sign, hours, minutes = '0'] = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone) ?? [];
  if (whole === undefined) return 0;
  // From -12:00 to +14:00, as the world has them.
  const total = Number(hours) * 60 + Number(minutes);
  if (Number(minutes) > 59 || total > 14 * 60) return undefined;
  return sign === '-' && total > 0 ? -total : total;
}
