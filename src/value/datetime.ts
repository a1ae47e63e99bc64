import type { Fault } from '../run/reason.ts';
import { cellOf } from './cell.ts';
import { clean } from './clean.ts';
import type { Normalise } from './normalise.ts';
import type { DateSettings } from './settings.ts';
import { momentsOf } from './wall-clock.ts';
import { readTime } from './written-time.ts';
import { yearFault } from './year-fault.ts';

/**
 * A moment, in UTC: `2024-03-12T08:14:00.000Z`. A time without an offset is one of the zone of the column. In the hour that
 * the clocks repeat it is the earlier one; in the hour that they leave out it is none, for whoever writes such a time is not
 * in that zone. A day alone begins at its midnight, or at the first moment it has.
 */
export const datetime: Normalise<DateSettings> = cellOf((given, settings, tell) => {
  const written = readTime(clean(given), settings);
  if ('reason' in written) return written;
  const { wall, offset, day } = written;
  if (offset !== undefined) return moment(wall - offset * 60_000);
  if (settings.timezone === undefined) {
    return { reason: 'time-zone-unknown', detail: 'neither the value nor the column says a time zone' };
  }
  const { at, after } = momentsOf(wall, settings.timezone);
  const first = at[0] ?? (day === true ? after : undefined);
  if (first === undefined) return { reason: 'time-left-out', detail: 'its time zone has no such time on that day' };
  if (at.length > 1) tell?.('hour-twice');
  return moment(first);
});

function moment(ms: number): string | Fault {
  return yearFault(ms) ?? JSON.stringify(new Date(ms).toISOString());
}
