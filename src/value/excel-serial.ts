const DAY_MS = 86_400_000;
/** What day 0 is, from day 61 on: before it Excel has a 29 February 1900, which never was. */
const EPOCH = Date.UTC(1899, 11, 30);
const FIRST = 61;
/** 31 December 9999. */
const LAST = 2_958_465;

/**
 * The time on the wall, in milliseconds as if it were UTC, that a day number of Excel stands for, to the second; undefined
 * for everything else. The other epoch, of 1904, is not known: files of it have to be exported with dates.
 */
export function readSerial(text: string): number | undefined {
  if (!/^\d{1,7}(?:[.,]\d+)?$/.test(text)) return undefined;
  const days = Number(text.replace(',', '.'));
  if (days < FIRST || days >= LAST + 1) return undefined;
  return EPOCH + Math.round((days * DAY_MS) / 1_000) * 1_000;
}
