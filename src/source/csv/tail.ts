import type { CsvRecord } from './parse.ts';
import type { Span } from './split.ts';

/** A report of Salesforce ends in about five; more are no footer. */
const MAX_FOOTER = 100;

/**
 * Keeps back records that are none when nothing comes after them: rows of empty cells, as spreadsheets write them by the
 * thousand behind the last one, and the footer of a report. Whatever does have a row behind it is given as it stands, so no
 * row in the middle of a file is ever lost. However many empty rows there are, they take no memory that grows with them,
 * unless blank lines stand between them.
 */
export class Tail {
  readonly #footer: boolean;
  #empty: { line: number; count: number; width: number }[] = [];
  #held: CsvRecord[] = [];

  /** @param footer records of one cell, the first of them behind a blank line, may be a footer */
  constructor(footer: boolean) {
    this.#footer = footer;
  }

  /** Whether a record is kept back. Before one that is not, everything that was is to be given: see `release`. */
  holds(record: CsvRecord, span: Span): boolean {
    if (!('cells' in record)) return false;
    if (record.cells[0] === '' && record.cells.every((cell) => cell === '')) {
      this.#countEmpty(record);
      return true;
    }
    if (!this.#footer || record.cells.length !== 1 || !this.#mayBeFooter(span)) return false;
    this.#held.push(...this.#takeEmpty(), record);
    return true;
  }

  /** Something is kept back. */
  get holding(): boolean {
    return this.#empty.length > 0 || this.#held.length > 0;
  }

  /** All that was kept back, in order: something stands behind it. */
  *release(): Generator<CsvRecord> {
    yield* this.#held;
    this.#held = [];
    yield* this.#takeEmpty();
  }

  #mayBeFooter(span: Span): boolean {
    return this.#held.length === 0 ? span.afterBlank === true : this.#held.length < MAX_FOOTER;
  }

  #countEmpty({ line, cells }: { line: number; cells: string[] }): void {
    const last = this.#empty.at(-1);
    if (last !== undefined && last.line + last.count === line && last.width === cells.length) last.count++;
    else this.#empty.push({ line, count: 1, width: cells.length });
  }

  *#takeEmpty(): Generator<CsvRecord> {
    const empty = this.#empty;
    this.#empty = [];
    for (const { line, count, width } of empty)
      for (let i = 0; i < count; i++) yield { line: line + i, cells: new Array<string>(width).fill('') };
  }
}
