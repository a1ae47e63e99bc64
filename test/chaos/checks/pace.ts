import { limitOf, WINDOW_MS, type World } from '../world.ts';

/** Per contact one write in flight at most, and no window with more calls than the rate. */
export function pace({ sandbox, round }: World): string[] {
  const wrong: string[] = [];
  if (sandbox.maxInFlightPerContact > 1)
    wrong.push(`${sandbox.maxInFlightPerContact} writes of one contact were in flight at once`);
  const windows = new Map<number, number>();
  for (const { at } of sandbox.requests) {
    const window = Math.floor(at / WINDOW_MS);
    windows.set(window, (windows.get(window) ?? 0) + 1);
  }
  const limit = limitOf(round);
  for (const [window, calls] of windows)
    if (calls > limit)
      wrong.push(`${calls} calls in window ${window}, ${round.rate} are the rate and ${limit} the limit`);
  const refused = sandbox.counts.byStatus[429] ?? 0;
  const lowered = round.strikes.some(({ fault }) => fault === 'limit-lowered');
  if (refused > 0 && !lowered) wrong.push(`${refused} calls were answered 429 though nobody had lowered the limit`);
  return wrong;
}
