/** Characters of a version that stand for the row. */
export const ROW_DIGITS = 7;

/**
 * The version of a value: when it was observed, then the row, as 16 characters of base 36 that sort as text. Lua compares
 * them as strings, because its numbers are exact only to 2^53. Rows of one file share the time and differ by row, so the
 * later row wins; equal versions are a replay.
 */
export function versionOf(observedAtMs: number, row: number): string {
  return (
    Math.max(0, Math.floor(observedAtMs)).toString(36).padStart(9, '0') + row.toString(36).padStart(ROW_DIGITS, '0')
  );
}
