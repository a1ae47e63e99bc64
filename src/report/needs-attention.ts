import type { Outcome } from '../run/outcome.ts';
import type { Reason } from '../run/reason.ts';
import { ATTENTION_COLUMNS, isAttentionColumn } from '../source/csv/fed-back.ts';
import { guardFormula } from '../source/csv/formula.ts';
import { csvLine } from './cell.ts';
import { writePrivate } from './private-file.ts';

/** A row of the input that a person has to look at. */
export interface AttentionRow {
  /** The cells as they were read; undefined when the record could not be taken apart. */
  cells: readonly string[] | undefined;
  /** The record as it stands in the input, if it is known. */
  raw?: string | undefined;
  line: number;
  outcome: Outcome;
  reason: Reason | null;
  message: string;
  hint: string;
  contactUrl?: string | null | undefined;
}

/** Where and from what `needs-attention.csv` is made. */
export interface AttentionFile {
  out: string;
  header: readonly string[];
  rows: AsyncIterable<AttentionRow> | Iterable<AttentionRow>;
  /** The input's delimiter, so that whoever could open the input can open this. Default: comma. */
  delimiter?: string | undefined;
}

/** Written at once; large enough that a million rows do not make a million system calls. */
const CHUNK = 64 * 1024;

/**
 * Writes the rows that need attention, made to be opened in a spreadsheet, corrected and fed back as it is: UTF-8 with
 * BOM, CRLF, the input's columns in their order and then ours, mode 0600. Header and cells are guarded against formulas
 * (`guardFormula`), which the reader takes back. Streams; without a row no file is written. Answers the number of rows.
 *
 * A record that could not be taken apart, or that has not as many cells as the header, stands whole in the first column:
 * filled up with empty cells it would pass for a good row when the file comes back uncorrected.
 */
export async function writeNeedsAttention(options: AttentionFile): Promise<number> {
  const rows = iterate(options.rows);
  const first = await rows.next();
  if (first.done === true) return 0;
  const delimiter = options.delimiter ?? ',';
  const own = ownColumns(options.header);
  let written = 0;
  await writePrivate(options.out, async (file) => {
    const line = (cells: readonly string[]) => csvLine(cells.map(guardFormula), delimiter);
    let chunk = `\ufeff${line([...own.map((column) => options.header[column] ?? ''), ...ATTENTION_COLUMNS])}`;
    try {
      for (let next: IteratorResult<AttentionRow> = first; next.done !== true; next = await rows.next()) {
        chunk += line([...ownCells(next.value, options.header.length, own, delimiter), ...ourCells(next.value)]);
        written += 1;
        if (chunk.length < CHUNK) continue;
        await file.appendFile(chunk);
        chunk = '';
      }
    } finally {
      await rows.return?.();
    }
    await file.appendFile(chunk);
  });
  return written;
}

/** The input's columns without ours: a file that is fed back has them already, and they are replaced, not doubled. */
function ownColumns(header: readonly string[]): number[] {
  return header.flatMap((name, column) => (isAttentionColumn(name) ? [] : [column]));
}

function ownCells(row: AttentionRow, columns: number, own: readonly number[], delimiter: string): string[] {
  const { cells } = row;
  if (cells !== undefined && cells.length === columns) return own.map((column) => cells[column] ?? '');
  const whole = row.raw ?? cells?.join(delimiter) ?? '';
  return own.map((_, position) => (position === 0 ? whole.replace(/[\r\n]+$/, '') : ''));
}

function ourCells(row: AttentionRow): string[] {
  return [String(row.line), row.outcome, row.reason ?? '', row.message, row.hint, row.contactUrl ?? ''];
}

function iterate<T>(rows: AsyncIterable<T> | Iterable<T>): AsyncIterator<T> | Iterator<T> {
  return Symbol.asyncIterator in rows ? rows[Symbol.asyncIterator]() : rows[Symbol.iterator]();
}
