/** First pause of a row that failed on its own, in milliseconds; doubled with every attempt. */
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;

/**
 * The pause after the given failed attempt (1 for the first), in milliseconds: exponential, with up to a quarter taken
 * off at random so that rows that failed together do not come back together.
 */
export function backoffMs(failedAttempts: number, random: () => number): number {
  const full = Math.min(FIRST_PAUSE_MS * 2 ** (failedAttempts - 1), LONGEST_PAUSE_MS);
  return Math.round(full * (1 - random() / 4));
}
