import { randomBytes } from 'node:crypto';

/** A new run id: the time for people, four characters against collisions. */
export function newRunId(now: Date): string {
  const stamp = now.toISOString().replace(/[-:]|\.\d+Z$/g, '');
  return `run_${stamp}_${randomBytes(2).toString('hex')}`;
}
