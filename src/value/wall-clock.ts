import { IANAZone } from 'luxon';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** When the clocks of a zone show a time: at one moment, at none (they went forward over it), or at two. */
export interface Moments {
  /** Milliseconds since 1970, the earlier first. */
  at: number[];
  /** Where none is: the first moment that the clocks went forward to. */
  after?: number;
}

/**
 * Finds the moments of a time on the wall.
 *
 * @param wall the time on the wall in milliseconds, as if it were UTC
 * @param zone IANA name that is known (`settingFaults` checks it)
 */
export function momentsOf(wall: number, zone: string): Moments {
  const clock = IANAZone.create(zone);
  // No zone changes its clocks twice within two days, so these are the only offsets there can be; asking for one is slow.
  const [before, behind] = [clock.offset(wall - DAY_MS), clock.offset(wall + DAY_MS)];
  if (before === behind) return { at: [wall - before * MINUTE_MS] };
  const offsets = [before, behind];
  const at = offsets
    .map((offset) => wall - offset * MINUTE_MS)
    .filter((moment, index) => clock.offset(moment) === offsets[index])
    .sort((a, b) => a - b);
  return at.length > 0 ? { at } : { at, after: wall - before * MINUTE_MS };
}

/** The time that the clocks of a zone show at a moment, in milliseconds as if it were UTC. */
export function wallOf(moment: number, zone: string): number {
  return moment + IANAZone.create(zone).offset(moment) * MINUTE_MS;
}
