import { isUtf8 } from 'node:buffer';
import { type Options, parse } from 'csv-parse/sync';
import type { Fault } from '../../run/reason.ts';
import type { Span } from './split.ts';

/** What a physical record came to. `line` is the physical line (1-based) on which it starts. */
export type CsvRecord = { line: number; cells: string[] } | { line: number; fault: Fault; raw?: string };

const NUL: Fault = { reason: 'nul-byte' };
const BAD_TEXT: Fault = { reason: 'bad-text', detail: 'the record is not valid UTF-8' };

/**
 * Turns records into cells, exactly one entry for each span. All of them go through csv-parse in one call: setting it
 * up costs as much as 20 rows.
 */
export function parseSpans(bytes: Buffer, spans: Span[], delimiter: string): CsvRecord[] {
  const faults = spans.map((span) => span.fault);
  let content = gather(bytes, spans, faults);
  if (content.includes(0) || !isUtf8(content)) {
    spans.forEach((span, index) => {
      faults[index] ??= textFault(bytes.subarray(span.start, span.end));
    });
    content = gather(bytes, spans, faults);
  }
  const sound = faults.reduce((count, fault) => (fault === undefined ? count + 1 : count), 0);
  const rows = parseRows(content, delimiter);
  if (rows?.length !== sound) return spans.map((span, index) => parseAlone(bytes, span, faults[index], delimiter));

  let next = 0;
  return spans.map(({ line }, index) => {
    const fault = faults[index];
    return fault === undefined ? { line, cells: rows[next++] as string[] } : { line, fault };
  });
}

/** The bytes of all sound records, one after the other; no copy when none is at fault and no line is blank. */
function gather(bytes: Buffer, spans: Span[], faults: (Fault | undefined)[]): Buffer {
  const runs: Buffer[] = [];
  let start = 0;
  let end = 0;
  spans.forEach((span, index) => {
    if (faults[index] !== undefined) return;
    if (span.start !== end) {
      if (end > start) runs.push(bytes.subarray(start, end));
      start = span.start;
    }
    end = span.end;
  });
  if (end > start) runs.push(bytes.subarray(start, end));
  return runs.length === 1 ? (runs[0] as Buffer) : Buffer.concat(runs);
}

/** Should csv-parse see records otherwise than our splitter, each is judged alone, so that one row costs only itself. */
function parseAlone(bytes: Buffer, span: Span, fault: Fault | undefined, delimiter: string): CsvRecord {
  const { line } = span;
  if (fault !== undefined) return { line, fault };
  const rows = parseRows(bytes.subarray(span.start, span.end), delimiter);
  const cells = rows?.length === 1 ? rows[0] : undefined;
  return cells === undefined ? { line, fault: { reason: 'row-malformed' } } : { line, cells };
}

function parseRows(content: Buffer, delimiter: string): string[][] | undefined {
  const options: Options = {
    delimiter,
    record_delimiter: ['\n', '\r\n'],
    // Without it `x "y" z` ends the whole parse (CSV_INVALID_OPENING_QUOTE).
    relax_quotes: true,
    relax_column_count: true,
  };
  try {
    return parse(content, options);
  } catch {
    return undefined;
  }
}

function textFault(record: Buffer): Fault | undefined {
  if (record.includes(0)) return NUL;
  return isUtf8(record) ? undefined : BAD_TEXT;
}
