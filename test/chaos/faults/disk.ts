import type { Fault } from './fault.ts';

/** No byte more fits onto the disk with the reports, the former values and the spool, until somebody makes room. */
const full: Fault = {
  name: 'disk-full',
  what: 'no byte more fits onto the disk with reports, former values and spool, until somebody makes room',
  group: 'disk',
  lasts: [1000, 8000],
  weight: 2,
  inflict({ disk }) {
    if (disk === undefined) return undefined;
    disk.fill();
    return () => disk.empty();
  },
};

/** What happens to the disk. */
export const DISK_FAULTS: readonly Fault[] = [full];
