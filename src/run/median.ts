import { msOfClass } from './calls.ts';

/** Median in milliseconds of the calls that a run's hash counts by class under a prefix; undefined when there were none. */
export function medianOf(hash: Record<string, string>, prefix: string): number | undefined {
  const classes = Object.entries(hash)
    .filter(([field]) => field.startsWith(prefix))
    .map(([field, n]) => ({ index: Number(field.slice(prefix.length)), n: Number(n) }))
    .sort((a, b) => a.index - b.index);
  let left = classes.reduce((sum, c) => sum + c.n, 0) / 2;
  for (const { index, n } of classes) {
    left -= n;
    if (left <= 0) return Math.round(msOfClass(index) * 10) / 10;
  }
  return undefined;
}
