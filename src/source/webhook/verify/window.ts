import type { Refusal } from './verification.ts';

/** How many milliseconds one step of a sender's timestamp is. */
const UNIT_MS = { seconds: 1000, milliseconds: 1 } as const;

export type Unit = keyof typeof UNIT_MS;

/**
 * What is wrong with the time of a delivery, if anything. Exactly at the end of the window is still in time.
 *
 * A time in the future is refused as well: it would make a captured delivery good for longer than the window.
 *
 * @param timestamp as received; it is the text that was signed, so only digits count as a number
 * @param window seconds, both ways
 */
export function outsideWindow(timestamp: string, unit: Unit, window: number, nowMs: number): Refusal | undefined {
  if (!/^[0-9]+$/.test(timestamp)) return 'bad-timestamp';
  const age = nowMs - Number(timestamp) * UNIT_MS[unit];
  if (age > window * 1000) return 'too-old';
  if (age < -window * 1000) return 'in-the-future';
  return undefined;
}
