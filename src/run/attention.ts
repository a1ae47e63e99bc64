import { fileOfRow } from './file-of-row.ts';
import { LinesAt } from './lines-at.ts';
import { NEEDS_ATTENTION, type Outcome } from './outcome.ts';
import { linesIn } from './outcomes-file.ts';
import type { OutcomeRecord } from './record.ts';
import type { RunFile } from './state.ts';

/** Lines of a source in one page. Small, for where one row in a hundred needs attention most of a page is empty. */
const PAGE = 64;

/** Of each page the places in outcomes.ndjson, one more than the byte; 0: the line needs no attention. */
type Pages = Map<number, Float64Array>;

/**
 * The rows of a run that need attention, in the order of its input. Only where each stands in outcomes.ndjson is kept, some
 * twelve bytes a row: a million of them would take half a gigabyte.
 */
export class Attention {
  readonly #lines: LinesAt | undefined;
  /** By file of the run. */
  readonly #pages: readonly Pages[];
  #size = 0;

  private constructor(lines: LinesAt | undefined, pages: readonly Pages[]) {
    this.#lines = lines;
    this.#pages = pages;
  }

  /** Reads the first `bytes` of outcomes.ndjson once. Close what it answers. */
  static async read(file: string, bytes: number, files: readonly RunFile[]): Promise<Attention> {
    const attention = new Attention(
      bytes === 0 ? undefined : await LinesAt.open(file),
      files.map(() => new Map()),
    );
    const fileOf = fileOfRow(files);
    for await (const { text, at } of linesIn(file, bytes)) {
      if (!wantsAttention(text)) continue;
      const { row, line } = JSON.parse(text) as OutcomeRecord;
      attention.#note(fileOf(row), line, at);
    }
    return attention;
  }

  /** How many rows it has left. */
  get size(): number {
    return this.#size;
  }

  /** What became of the row on that line; undefined when it needs no attention, or was taken before. */
  async take(file: number, line: number): Promise<OutcomeRecord | undefined> {
    const page = this.#pages[file]?.get(Math.floor(line / PAGE));
    const at = page?.[line % PAGE] ?? 0;
    if (at === 0) return undefined;
    page![line % PAGE] = 0;
    this.#size--;
    return this.#recordAt(at - 1);
  }

  /** All that are left, in the order of the input. */
  async *rest(): AsyncGenerator<OutcomeRecord> {
    for (const pages of this.#pages) {
      for (const number of [...pages.keys()].sort((a, b) => a - b)) {
        for (const at of pages.get(number)!) if (at !== 0) yield await this.#recordAt(at - 1);
      }
    }
  }

  async close(): Promise<void> {
    await this.#lines?.close();
  }

  #note(file: number, line: number, at: number): void {
    const pages = this.#pages[file]!;
    const number = Math.floor(line / PAGE);
    const page = pages.get(number) ?? new Float64Array(PAGE);
    if (page[line % PAGE] === 0) this.#size++;
    page[line % PAGE] = at + 1;
    pages.set(number, page);
  }

  async #recordAt(at: number): Promise<OutcomeRecord> {
    return JSON.parse(await this.#lines!.at(at)) as OutcomeRecord;
  }
}

/** Told from the text of a line: of a million rows only those that need attention are worth parsing. */
function wantsAttention(line: string): boolean {
  return NEEDS_ATTENTION.has(/"outcome":"(\w+)"/.exec(line)?.[1] as Outcome);
}
