import { open } from 'node:fs/promises';
import { SourceError } from '../error.ts';
import { readBlocks } from './blocks.ts';
import { isFedBack, leftOver } from './fed-back.ts';
import { unguardFormula } from './formula.ts';
import { type CsvRecord, parseSpans } from './parse.ts';
import { MAX_CELL } from './scan.ts';
import type { Span } from './split.ts';

export type { CsvRecord };

export interface CsvOptions {
  /** One ASCII character; comma when absent. */
  delimiter?: string;
}

export interface ReadOptions extends CsvOptions {
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
 * The cells of the first record, as they stand in the file (the needs-attention file repeats them); of a needs-attention
 * file of ours without their guards.
 *
 * @throws SourceError when there is none, or when it is no CSV in UTF-8
 */
export async function readHeader(file: string, options: CsvOptions = {}): Promise<string[]> {
  await refuseOtherFormats(file);
  const delimiter = options.delimiter ?? ',';
  for await (const { bytes, spans } of readBlocks(file, delimiter)) {
    const [header] = parseSpans(bytes, spans.slice(0, 1), delimiter);
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
 * one entry; a wrong one gives its fault and reading goes on. The same bytes always give the same entries, so the
 * ordinal of an entry names it for good. Memory stays flat whatever the size of the file.
 */
export async function* readRecords(file: string, options: ReadOptions): AsyncGenerator<CsvRecord[]> {
  const { header, from = 0, delimiter = ',', raw = false } = options;
  const fedBack = isFedBack(header);
  // One more for the header. What lies before `from` is only counted, not parsed.
  let toPass = from + 1;
  for await (const { bytes, spans } of readBlocks(file, delimiter)) {
    for (let start = toPass; start < spans.length; start += BATCH) {
      const records = parseSpans(bytes, spans.slice(start, start + BATCH), delimiter);
      yield records.map((record, i) => {
        const judged = refuseRagged(fedBack ? comeBack(record, header) : record, header.length);
        return raw && 'fault' in judged && judged.raw === undefined
          ? withRaw(judged, bytes, spans[start + i]!)
          : judged;
      });
    }
    toPass = Math.max(0, toPass - spans.length);
  }
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

/** Files that are often taken for CSV, by their first bytes. */
async function refuseOtherFormats(file: string): Promise<void> {
  const handle = await open(file).catch((cause: NodeJS.ErrnoException) => {
    const message = `cannot be opened (${cause.code ?? cause.message}). Check the path and its permissions.`;
    throw new SourceError('unreadable', file, message, { cause });
  });
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0);
    const hex = buffer.toString('hex', 0, bytesRead);
    if (hex.startsWith('fffe') || hex.startsWith('feff') || /^(00..|..00)/.test(hex)) {
      throw new SourceError('not-utf8', file, 'is UTF-16. Save it as "CSV UTF-8", or convert it with iconv.');
    }
    if (hex === '504b0304' || hex === 'd0cf11e0') {
      throw new SourceError('not-csv', file, 'is a spreadsheet or an archive. Export or unpack it as CSV.');
    }
  } finally {
    await handle.close();
  }
}
