import { type Dialect, PLAIN } from '../decode/dialect.ts';
import { SourceError } from '../error.ts';
import { readBlocks } from './blocks.ts';
import { isFedBack, leftOver } from './fed-back.ts';
import { unguardFormula } from './formula.ts';
import { type CsvRecord, parseSpans } from './parse.ts';
import { MAX_CELL } from './scan.ts';
import type { Block, Span } from './split.ts';
import { Tail } from './tail.ts';

export type { CsvRecord };

export interface FileOptions {
  /** As `lookAt` found it, or as it is kept with the run; UTF-8 with commas when absent. */
  dialect?: Readonly<Dialect>;
}

export interface ReadOptions extends FileOptions {
  /** The header as `readHeader` gave it: its length decides which records are ragged. */
  header: string[];
  /** Ordinal (zero-based, without the header) of the first record to give: how a run is resumed. */
  from?: number;
  /** Give wrong records with their text. */
  raw?: boolean;
}

/** Most records in a batch. Rows that an unclosed quote had swallowed come up to 1 MB at a time. */
const BATCH = 4096;

/**
 * The names of the columns, as they stand in the file (the needs-attention file repeats them); of a needs-attention file of
 * ours without their guards.
 *
 * @throws SourceError when there is none, or when it cannot be read
 */
export async function readHeader(file: string, { dialect = PLAIN }: FileOptions = {}): Promise<string[]> {
  if (dialect.format !== 'csv') return dialect.keys ?? [];
  for await (const { bytes, spans } of readBlocks(file, dialect)) {
    const [header] = parseSpans(bytes, spans.slice(0, 1), dialect.delimiter);
    if (header === undefined) continue;
    if ('cells' in header) return isFedBack(header.cells) ? header.cells.map(unguardFormula) : header.cells;
    const why =
      header.fault.detail === undefined ? header.fault.reason : `${header.fault.reason}: ${header.fault.detail}`;
    const message = `the header on line ${header.line} cannot be read (${why}). Correct it and save the file as UTF-8.`;
    throw new SourceError('bad-header', file, message);
  }
  throw new SourceError('no-header', file, 'has no header. Put the names of the columns into the first line.');
}

/**
 * All records after the header, in order, in batches as they come from the disk. Every physical record gives exactly
 * one entry; a wrong one gives its fault and reading goes on. Rows of empty cells at the end, and the footer that the
 * dialect tells of, are no records. The same bytes and the same dialect always give the same entries, so the ordinal of an
 * entry names it for good. Memory stays flat whatever the size of the file.
 */
export async function* readRecords(file: string, options: ReadOptions): AsyncGenerator<CsvRecord[]> {
  const { header, from = 0, dialect = PLAIN, raw = false } = options;
  if (dialect.format !== 'csv') {
    // Loaded only now: most files are CSV, and every command waits for what is loaded.
    const { readJson } = await import('../json/read.ts');
    yield* readJson(file, { header, from, dialect, raw });
    return;
  }
  const fedBack = isFedBack(header);
  const tail = new Tail(dialect.footer !== undefined);
  // One more for the header. What lies before `from` is only counted, not parsed.
  let toPass = from + 1;
  for await (const block of readBlocks(file, dialect)) {
    const { bytes, spans } = block;
    for (let start = toPass; start < spans.length; start += BATCH) {
      const some = spans.slice(start, start + BATCH);
      let out: CsvRecord[] = [];
      for (const [i, record] of parseSpans(bytes, some, dialect.delimiter).entries()) {
        if (tail.holds(record, some[i]!)) continue;
        if (tail.holding) {
          for (const held of tail.release()) {
            out.push(refuseRagged(fedBack ? comeBack(held, header) : held, header.length));
            if (out.length < BATCH) continue;
            yield out;
            out = [];
          }
        }
        out.push(judged(record, some[i]!, block, { header, fedBack, raw }));
      }
      if (out.length > 0) yield out;
    }
    toPass = Math.max(0, toPass - spans.length);
  }
}

interface Judging {
  header: string[];
  fedBack: boolean;
  raw: boolean;
}

function judged(record: CsvRecord, span: Span, { bytes }: Block, { header, fedBack, raw }: Judging): CsvRecord {
  const found = refuseRagged(fedBack ? comeBack(record, header) : record, header.length);
  return raw && 'fault' in found && found.raw === undefined ? withRaw(found, bytes, span) : found;
}

function refuseRagged(record: CsvRecord, columns: number): CsvRecord {
  if ('fault' in record || record.cells.length === columns) return record;
  const detail = `${record.cells.length} cells, the header has ${columns} columns`;
  return { line: record.line, fault: { reason: 'row-ragged', detail } };
}

/** A record of a needs-attention file: what was put in front of its cells is taken off. */
function comeBack(record: CsvRecord, header: string[]): CsvRecord {
  if ('fault' in record) return record;
  const cells = record.cells.map(unguardFormula);
  const left = leftOver(header, cells);
  return left === undefined ? { line: record.line, cells } : { line: record.line, ...left };
}

/**
 * The record up to the end of its line, the part behind the fault included. Left out where it is larger than any cell may
 * be: nobody could feed it back.
 */
function withRaw(record: CsvRecord & { fault: unknown }, bytes: Buffer, { start, end }: Span): CsvRecord {
  const lineBreak = bytes.indexOf('\n', Math.max(start, end - 1));
  const behind = lineBreak < 0 ? bytes.length : lineBreak;
  if (behind - start > MAX_CELL) return record;
  return { ...record, raw: bytes.toString('utf8', start, behind).replace(/\r$/, '') };
}
