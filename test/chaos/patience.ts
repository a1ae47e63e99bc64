import { setTimeout as sleep } from 'node:timers/promises';

/** A round that is not through by then is a failure: the longest outage and the recovery after it take half of that. */
export const ROUND_WITHIN_MS = 240_000;

/** Waits until something holds, for as long as a round may take. */
export async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + ROUND_WITHIN_MS;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`waited in vain for ${what}`);
    await sleep(100);
  }
}

/** Fails when something is not over within this time; `still` says what it is at then. */
export async function inTime<T>(ms: number, it: Promise<T>, still: () => string): Promise<T> {
  const over = new AbortController();
  const tooLate = sleep(ms, undefined, { signal: over.signal }).then(() => {
    throw new Error(`not over after ${ms / 1000} s: ${still()}`);
  });
  try {
    return await Promise.race([it, tooLate]);
  } finally {
    over.abort();
  }
}
