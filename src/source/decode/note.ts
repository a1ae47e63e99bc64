import type { Dialect } from './dialect.ts';
import type { Tallied } from './tally.ts';

/** Part of all words that may look damaged before it is said, with rare names in mind. */
const DAMAGED_SHARE = 0.001;

/** UTF-8 that was read as windows-1252 and kept so: `Ã¼` for `ü`, `â€™` for `’`. */
const MISREAD = /Ã[\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹Œ‘’“”•–—˜™š›œžŸ]|â€./gu;

/** What is said of a file that is not UTF-8 and was not said to be anything else. */
export function noteOfBytes({ low, high, letters }: Tallied): string {
  const read = 'is not UTF-8 and is read as windows-1252';
  if (low * 2 > high) return `${read}, but it looks like macintosh or shift_jis. Give --encoding with the right one.`;
  if (high * 2 > letters) return `${read}, but it looks like windows-1251 or another alphabet. Give --encoding.`;
  return `${read}. If letters look wrong, give --encoding.`;
}

/**
 * What is said of a text that looks damaged; undefined when it does not.
 *
 * @param text its beginning, decoded
 * @param said its encoding was given by the operator
 */
export function noteOfText(text: Buffer, { encoding, delimiter }: Dialect, said: boolean): string | undefined {
  const decoded = text.toString();
  const cells = decoded.split(delimiter).length + decoded.split('\n').length;
  const misread = decoded.match(MISREAD)?.length ?? 0;
  if (misread > cells * DAMAGED_SHARE) {
    return said && encoding !== 'utf-8'
      ? `looks damaged when it is read as ${encoding} ("Ã¼" for "ü"). Try --encoding utf-8.`
      : 'holds text that was damaged before ("Ã¼" for "ü"): UTF-8 was read as windows-1252 when it was made. Export it again.';
  }
  const lost = decoded.match(/\ufffd/g)?.length ?? 0;
  if (lost <= cells * DAMAGED_SHARE) return undefined;
  return said && encoding === 'utf-8'
    ? 'holds much that is not UTF-8. Try --encoding windows-1252.'
    : 'holds replacement characters (U+FFFD): letters were lost when it was made. Export it again.';
}

/** What is said of the footer that is left out. */
export function noteOfFooter(records: number): string {
  const what = records === 1 ? 'the last line is' : `the last ${records} lines are`;
  return `${what} taken for the footer of a report and left out.`;
}
