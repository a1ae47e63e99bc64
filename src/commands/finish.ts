import { createReadStream, existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { type AttentionSample, writeHtml } from '../report/html.ts';
import { writeSummary } from '../report/json.ts';
import { type AttentionRow, writeNeedsAttention } from '../report/needs-attention.ts';
import { OUTCOMES_FILE } from '../run/drain.ts';
import { NEEDS_ATTENTION, type Outcome } from '../run/outcome.ts';
import { REASONS } from '../run/reason.ts';
import type { OutcomeRecord } from '../run/record.ts';
import type { RunFile } from '../run/state.ts';
import type { Summary } from '../run/summary.ts';
import { readHeader, readRecords } from '../source/csv/read.ts';
import { readSelection, selected } from '../source/csv/selected.ts';
import { fingerprintOf } from '../source/fingerprint.ts';

export interface FinishOptions {
  dir: string;
  summary: Summary;
  files: readonly RunFile[];
  /** Bytes of outcomes.ndjson that were written for good: what lies behind may be half a line of another process. */
  drained: number;
  /** Address of a contact for people, from its id. */
  contactUrl: (id: number) => string;
}

/** Rows shown in report.html; all of them are in needs-attention.csv. */
const SAMPLES = 50;

/** Writes the report directory from the ledger: summary.json, needs-attention.csv, report.html. */
export async function finish(options: FinishOptions): Promise<void> {
  const { dir, summary, files } = options;
  const outcomes = path.join(dir, OUTCOMES_FILE);
  const attention = new Map<number, OutcomeRecord>();
  for await (const record of recordsOf(outcomes, options.drained, wantsAttention)) attention.set(record.row, record);
  const out = path.join(dir, 'needs-attention.csv');
  if (attention.size > 0) {
    const headers = await Promise.all(files.map((file) => headerOf(file)));
    const header = [...new Set(headers.flat())];
    // A file that is gone by now (a copy of standard input is removed) must not cost the rows that were written before.
    const kept = existsSync(out) && headers.some((names) => names.length === 0);
    if (!kept) await writeNeedsAttention({ out, header, rows: rowsOf(options, attention, headers, header) });
  } else await rm(out, { force: true });
  const first = [...attention.values()].sort((a, b) => a.row - b.row).slice(0, SAMPLES);
  await writeHtml(
    dir,
    summary,
    first.map((record) => sampleOf(record, options)),
  );
  await writeSummary(dir, summary);
}

/** Told from the text of a line: of a million rows only those that need attention are worth parsing. */
function wantsAttention(line: string): boolean {
  return NEEDS_ATTENTION.has(/"outcome":"(\w+)"/.exec(line)?.[1] as Outcome);
}

/** The lines of outcomes.ndjson, those that are wanted. */
export async function* recordsOf(
  file: string,
  bytes: number,
  wanted: (line: string) => boolean = () => true,
): AsyncGenerator<OutcomeRecord> {
  if (bytes === 0) return;
  const input = createReadStream(file, { end: bytes - 1 });
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line !== '' && wanted(line)) yield JSON.parse(line) as OutcomeRecord;
  }
}

/** Empty when the file is gone or was changed since: its cells would stand beside the outcomes of other rows. */
async function headerOf(file: RunFile): Promise<string[]> {
  if (file.kind !== 'csv') return [];
  if (file.only !== undefined && readSelection(file.only) === undefined) return [];
  try {
    return (await fingerprintOf(file.file)).sha256 === file.sha256 ? await readHeader(file.file) : [];
  } catch {
    return [];
  }
}

/** The rows that need attention, in the order of the input, with the cells of the input read a second time. */
async function* rowsOf(
  options: FinishOptions,
  attention: ReadonlyMap<number, OutcomeRecord>,
  headers: readonly string[][],
  union: readonly string[],
): AsyncGenerator<AttentionRow> {
  const given = new Set<number>();
  let base = 0;
  for (const [index, file] of options.files.entries()) {
    const header = headers[index]!;
    const places = union.map((name) => header.indexOf(name));
    let row = base;
    try {
      if (header.length > 0) {
        const read = readRecords(file.file, { header, raw: true });
        const only = file.only === undefined ? undefined : readSelection(file.only);
        for await (const records of only === undefined ? read : selected(read, only)) {
          for (const record of records) {
            const found = attention.get(row);
            row++;
            if (found === undefined) continue;
            given.add(found.row);
            const cells =
              'cells' in record ? places.map((place) => (place < 0 ? '' : (record.cells[place] ?? ''))) : undefined;
            const raw = 'raw' in record ? record.raw : undefined;
            yield { ...wordsOf(found, options), cells, raw };
          }
        }
      }
    } catch {
      // The input is gone or was changed: its rows are listed by line, without their cells.
    }
    base += file.rows;
  }
  for (const record of attention.values())
    if (!given.has(record.row)) yield { ...wordsOf(record, options), cells: undefined };
}

function wordsOf(record: OutcomeRecord, options: FinishOptions): Omit<AttentionRow, 'cells'> {
  const text = record.reason === null ? { message: '', hint: '' } : REASONS[record.reason];
  const holder = record.holder === undefined ? '' : ` It is here: ${options.contactUrl(record.holder)}`;
  const message = record.detail === undefined ? text.message : `${text.message} (${record.detail})`;
  const { line, outcome, reason } = record;
  const contactUrl = record.contact_id === null ? null : options.contactUrl(record.contact_id);
  return { line, outcome, reason, message, hint: text.hint + holder, contactUrl };
}

function sampleOf(record: OutcomeRecord, options: FinishOptions): AttentionSample {
  const { source, line, outcome, reason, contact_id: contactId } = record;
  const contactUrl = contactId === null ? null : options.contactUrl(contactId);
  return {
    source,
    line,
    outcome,
    reason,
    contactId,
    contactUrl,
    ...(record.detail === undefined ? {} : { detail: record.detail }),
  };
}
