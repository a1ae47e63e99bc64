/** A pause after failing once, in milliseconds; four times as long with every further failure. */
export interface Pauses {
  firstMs: number;
  longestMs: number;
}

/** A record that could not be fetched: with 8 attempts it is given up after about half an hour. */
export const RECORD_PAUSES: Pauses = { firstMs: 1000, longestMs: 15 * 60 * 1000 };

/** A credential that is refused, or too many requests: nothing of the source is asked for meanwhile. */
export const SOURCE_PAUSES: Pauses = { firstMs: 1000, longestMs: 60 * 1000 };

/**
 * The pause after the given failure (1 for the first), in milliseconds, with up to a quarter taken off at random so that
 * what failed together does not come back together.
 */
export function pauseMs({ firstMs, longestMs }: Pauses, failures: number, random: () => number): number {
  const full = Math.min(firstMs * 4 ** (failures - 1), longestMs);
  return Math.round(full * (1 - random() / 4));
}
