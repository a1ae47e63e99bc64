import { open } from 'node:fs/promises';
import { SourceError } from '../error.ts';
import { readBlocks } from './blocks.ts';
import { type CsvRecord, parseSpans } from './parse.ts';

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
}

/** Most records in a batch. Rows that an unclosed quote had swallowed come up to 1 MB at a time. */
const BATCH = 4096;

/**
 * The cells of the first record, as they stand in the file (the needs-attention file repeats them).
 *
 * @throws SourceError when there is none, or when it is no CSV in UTF-8
 */
export async function readHeader(file: string, options: CsvOptions = {}): Promise<string[]> {
  await refuseOtherFormats(file);
  const delimiter = options.delimiter ?? ',';
  for await (const { bytes, spans } of readBlocks(file, delimiter)) {
    const [header] = parseSpans(bytes, spans.slice(0, 1), delimiter);
    if (header === undefined) continue;
    if ('cells' in header) return header.cells;
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
  const { header, from = 0, delimiter = ',' } = options;
  // One more for the header. What lies before `from` is only counted, not parsed.
  let toPass = from + 1;
  for await (const { bytes, spans } of readBlocks(file, delimiter)) {
    for (let start = toPass; start < spans.length; start += BATCH) {
      const records = parseSpans(bytes, spans.slice(start, start + BATCH), delimiter);
      yield records.map((record) => refuseRagged(record, header.length));
    }
    toPass = Math.max(0, toPass - spans.length);
  }
}

function refuseRagged(record: CsvRecord, columns: number): CsvRecord {
  if ('fault' in record || record.cells.length === columns) return record;
  const detail = `${record.cells.length} cells, the header has ${columns} columns`;
  return { line: record.line, fault: { reason: 'row-ragged', detail } };
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
