import { cellOf } from './cell.ts';
import { clean } from './clean.ts';
import type { Normalise } from './normalise.ts';
import type { DateSettings } from './settings.ts';
import { wallOf } from './wall-clock.ts';
import { readTime } from './written-time.ts';
import { yearFault } from './year-fault.ts';

/**
 * A day, `YYYY-MM-DD`: as it is written, whatever the time behind it. Only a time that says its own offset is moved, to
 * the zone of the column where one is set.
 */
export const date: Normalise<DateSettings> = cellOf((given, settings) => {
  const written = readTime(clean(given), settings);
  if ('reason' in written) return written;
  const { wall, offset } = written;
  const moved =
    offset === undefined || settings.timezone === undefined ? wall : wallOf(wall - offset * 60_000, settings.timezone);
  return yearFault(moved) ?? JSON.stringify(new Date(moved).toISOString().slice(0, 10));
});
