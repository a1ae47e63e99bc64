import { isUtf8 } from 'node:buffer';
import type { CsvRecord } from '../csv/parse.ts';
import { MAX_CELL } from '../csv/scan.ts';
import type { Span } from '../csv/split.ts';
import { decodedBytes } from '../decode/bytes.ts';
import type { Dialect } from '../decode/dialect.ts';
import { JsonSplitter } from './split.ts';
import { valuesIn } from './values.ts';

export interface JsonOptions {
  /** The names, in the order of the cells. */
  header: readonly string[];
  /** Ordinal (zero-based) of the first record to give. */
  from: number;
  dialect: Readonly<Dialect>;
  /** Give wrong records with their text. */
  raw: boolean;
}

const BATCH = 4096;

/**
 * The records of NDJSON or of a list, as those of a CSV file: a cell for each name of the header. Where a record has no such
 * value there is a hole in its cells, which says nothing, not even that the value is empty; null says that.
 */
export async function* readJson(
  file: string,
  { header, from, dialect, raw }: JsonOptions,
): AsyncGenerator<CsvRecord[]> {
  const places = new Map(header.map((name, place) => [name, place]));
  const splitter = new JsonSplitter(dialect.format === 'json' ? 'json' : 'ndjson');
  let toPass = from;
  function* recordsIn({ bytes, spans }: ReturnType<JsonSplitter['push']>): Generator<CsvRecord[]> {
    for (let start = toPass; start < spans.length; start += BATCH) {
      yield spans.slice(start, start + BATCH).map((span) => {
        const record = recordOf(bytes, span, places);
        if (!raw || !('fault' in record) || span.end - span.start > MAX_CELL) return record;
        return { ...record, raw: bytes.toString('utf8', span.start, span.end).trim() };
      });
    }
    toPass = Math.max(0, toPass - spans.length);
  }
  for await (const chunk of decodedBytes(file, dialect)) yield* recordsIn(splitter.push(chunk));
  yield* recordsIn(splitter.end());
}

function recordOf(bytes: Buffer, { start, end, line, fault }: Span, places: ReadonlyMap<string, number>): CsvRecord {
  if (fault !== undefined) return { line, fault };
  const record = bytes.subarray(start, end);
  if (!isUtf8(record)) return { line, fault: { reason: 'bad-text', detail: 'the record is not valid UTF-8' } };
  const values = valuesIn(record.toString());
  if (typeof values === 'string') return { line, fault: { reason: 'row-malformed', detail: values } };
  const cells = new Array<string>(places.size);
  for (const [name, text] of values) {
    if (text.length * 3 > MAX_CELL && Buffer.byteLength(text) > MAX_CELL)
      return { line, fault: { reason: 'cell-too-long', detail: 'a cell has more than 64 kB' } };
    const place = places.get(name);
    if (place !== undefined) cells[place] = text;
  }
  return { line, cells };
}
