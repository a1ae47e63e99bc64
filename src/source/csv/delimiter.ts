import { isDelimiter } from './delimiter-sign.ts';
import { isFedBack } from './fed-back.ts';
import { parseSpans } from './parse.ts';
import { RecordSplitter } from './split.ts';

/** What parts the cells of an export somewhere in the world; the first is taken where nothing tells. */
const CANDIDATES = [',', ';', '\t', '|'] as const;

/** Records that are looked at, the header not counted. */
const LOOKED_AT = 50;

/** `sep=;`, which tells Excel what parts the cells. */
const SEPARATOR_LINE = /^\ufeff?"?sep=(.)"?[ \t]*(\r\n|\n|\r|$)/i;

/** The delimiter that the first line tells of, if it is such a line. */
export function separatorIn(text: string): string | undefined {
  const found = SEPARATOR_LINE.exec(text)?.[1];
  return found !== undefined && isDelimiter(found) ? found : undefined;
}

interface Trial {
  delimiter: string;
  /** Cells of the first record. */
  width: number;
  /** Part of the other records that have as many, 0..1; 1 when there are none. */
  share: number;
  ours: boolean;
}

/**
 * Finds what parts the cells, by cutting the first 50 records with each candidate: the one under which most records have as
 * many cells as the header, and more than one. It is not told by counting characters, for a quoted cell may hold any of
 * them. Where none cuts the header it is a file of one column; the candidate is taken that no cell holds.
 *
 * A needs-attention file of ours is known by its header and says itself what parts its cells, whatever `asked` says: that was
 * meant for the export.
 *
 * @param text its beginning as UTF-8, with line feeds
 * @param whole nothing comes behind it
 * @param skip lines before the header
 * @param asked what the operator, or the file itself, says
 */
export function delimiterOf(text: Buffer, whole: boolean, skip = 0, asked?: string): string {
  const trials = CANDIDATES.map((delimiter) => tryOut(text, whole, skip, delimiter));
  const ours = trials.find((trial) => trial.ours);
  if (ours !== undefined) return ours.delimiter;
  if (asked !== undefined) return asked;
  const fitting = trials.filter(({ width, share }) => width > 1 && share >= 0.5);
  const [first, ...others] = fitting;
  if (first !== undefined) {
    const better = (a: Trial, b: Trial) => (b.share > a.share || (b.share === a.share && b.width > a.width) ? b : a);
    return others.reduce(better, first).delimiter;
  }
  if (trials[0]!.width > 1) return CANDIDATES[0];
  return (trials.find(({ width, share }) => width === 1 && share === 1) ?? trials[0]!).delimiter;
}

function tryOut(text: Buffer, whole: boolean, skip: number, delimiter: string): Trial {
  const splitter = new RecordSplitter(delimiter, skip);
  const blocks = whole ? [splitter.push(text), splitter.end()] : [splitter.push(text)];
  const counts: number[] = [];
  let ours = false;
  for (const { bytes, spans } of blocks) {
    const some = spans.slice(0, LOOKED_AT + 1 - counts.length);
    for (const [i, record] of parseSpans(bytes, some, delimiter).entries()) {
      // What stands behind a blank line may be a footer.
      if (counts.length > 1 && some[i]!.afterBlank === true) return trialOf(delimiter, counts, ours);
      if (counts.length === 0) ours = 'cells' in record && isFedBack(record.cells);
      counts.push('cells' in record ? record.cells.length : 0);
    }
  }
  return trialOf(delimiter, counts, ours);
}

function trialOf(delimiter: string, [width = 0, ...others]: number[], ours: boolean): Trial {
  const same = others.filter((count) => count === width).length;
  return { delimiter, width, share: others.length === 0 ? 1 : same / others.length, ours };
}

/**
 * How many records the end of a file has that look like the footer of a report: all behind a blank line, each of one cell.
 *
 * @param text the end of the file as UTF-8, from the start of a line on
 */
export function footerIn(text: Buffer, delimiter: string): number {
  const splitter = new RecordSplitter(delimiter);
  let footer = 0;
  for (const { bytes, spans } of [splitter.push(text), splitter.end()]) {
    for (const [i, record] of parseSpans(bytes, spans, delimiter).entries()) {
      const one = 'cells' in record && record.cells.length === 1;
      if (one && (footer > 0 || spans[i]!.afterBlank === true)) footer++;
      else footer = 0;
    }
  }
  return footer;
}
