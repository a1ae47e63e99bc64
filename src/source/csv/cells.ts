const CR = 0x0d;
const LF = 0x0a;
const QUOTE = 0x22;

/**
 * Cuts records into cells. They are whole and sound: `scanRecord` has looked at each of their quotes, so that nothing can be
 * wrong here any more. A quote inside a cell that begins without one stands for itself, as in `x "y" z`.
 *
 * @param text records one after the other; the last one may lack its line break
 * @param delimiter one ASCII character
 */
export function cutRecords(text: string, delimiter: string): string[][] {
  const rows: string[][] = [];
  let quote = text.indexOf('"');
  for (let at = 0; at < text.length; ) {
    const lineBreak = text.indexOf('\n', at);
    const end = lineBreak < 0 ? text.length : lineBreak;
    if (quote >= 0 && quote < at) quote = text.indexOf('"', at);
    if (quote < 0 || quote > end) {
      rows.push(text.slice(at, withoutReturn(text, at, end)).split(delimiter));
      at = end + 1;
    } else {
      const cells: string[] = [];
      at = cutRecord(text, at, delimiter, cells);
      rows.push(cells);
    }
  }
  return rows;
}

/** Puts the cells of one record into `cells`; answers where the next record starts. */
function cutRecord(text: string, start: number, delimiter: string, cells: string[]): number {
  const code = delimiter.charCodeAt(0);
  for (let at = start; ; at++) {
    if (text.charCodeAt(at) === QUOTE) {
      let from = at + 1;
      let close = text.indexOf('"', from);
      let cell = '';
      while (text.charCodeAt(close + 1) === QUOTE) {
        cell += text.slice(from, close + 1);
        from = close + 2;
        close = text.indexOf('"', from);
      }
      cells.push(cell === '' ? text.slice(from, close) : cell + text.slice(from, close));
      at = close + 1;
      if (text.charCodeAt(at) === CR) at++;
    } else {
      const from = at;
      for (let byte = text.charCodeAt(at); byte !== code && byte !== LF && at < text.length; ) {
        byte = text.charCodeAt(++at);
      }
      const ends = text.charCodeAt(at) !== code;
      cells.push(text.slice(from, ends ? withoutReturn(text, from, at) : at));
    }
    if (at >= text.length || text.charCodeAt(at) === LF) return at + 1;
  }
}

/** A carriage return belongs to the line feed behind it. At the end of a text there is none. */
function withoutReturn(text: string, from: number, end: number): number {
  return end > from && end < text.length && text.charCodeAt(end - 1) === CR ? end - 1 : end;
}
