// C0 and C1 controls, line separators and the bidirectional overrides: a file name must not move the cursor, recolour
// the screen or turn the line around.
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** Text that is safe to put on a terminal line: control characters become `�`. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, '�');
}

const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const INVISIBLE = /[\p{Mn}\p{Me}\p{Cf}]/u;

/** Columns one character takes on a terminal: 0 for combining marks, 2 for East Asian wide ones and emoji. */
function charWidth(char: string): number {
  if (char >= ' ' && char <= '~') return 1;
  if (INVISIBLE.test(char)) return 0;
  return WIDE.test(char) ? 2 : 1;
}

/** Columns a text takes on a terminal; it must not contain escape sequences. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const char of text) width += charWidth(char);
  return width;
}

/** Cuts a text to at most `width` columns, the last one being `…` when something was cut. */
export function clip(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  if (width < 1) return '';
  let kept = '';
  let used = 0;
  for (const char of text) {
    used += charWidth(char);
    if (used > width - 1) break;
    kept += char;
  }
  return `${kept}…`;
}

// A number keeps its unit, an operator what it stands before: `3 stale` and `+ 3 stale` do not come apart.
const GLUE = /(\d|[+=·→])\u0020(?=[\w%])/g;

/**
 * Breaks a text at spaces into lines of at most `width` columns; numbers keep their unit, and a single longer word (a
 * path) stays whole.
 */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.replace(GLUE, '$1\u00a0').replace(GLUE, '$1\u00a0').split(' ')) {
    if (line !== '' && displayWidth(line) + 1 + displayWidth(word) > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  lines.push(line);
  return lines.map((each) => each.replaceAll('\u00a0', ' '));
}

/** Fills a text with spaces up to `width` columns, on its right or, for numbers, on its left. */
function pad(text: string, width: number, side: 'left' | 'right' = 'right'): string {
  const fill = ' '.repeat(Math.max(0, width - displayWidth(text)));
  return side === 'right' ? text + fill : fill + text;
}

/** Pads the cells of a table so that its columns line up; rows must have as many cells as `align`. */
export function alignColumns(rows: string[][], align: readonly ('left' | 'right')[]): string[][] {
  const widths = align.map((_, column) => Math.max(0, ...rows.map((row) => displayWidth(row[column] ?? ''))));
  return rows.map((row) =>
    align.map((side, column) => pad(row[column] ?? '', widths[column] ?? 0, side === 'left' ? 'right' : 'left')),
  );
}

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** A horizontal bar of at most `width` columns; anything above zero shows at least a sliver. */
export function bar(fraction: number, width: number): string {
  const eighths = Math.min(width * 8, Math.round(fraction * width * 8));
  if (fraction > 0 && eighths === 0) return '▏';
  return '█'.repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? '');
}
