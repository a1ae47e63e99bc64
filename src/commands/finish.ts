import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { type AttentionSample, writeHtml } from '../report/html.ts';
import { writeSummary } from '../report/json.ts';
import { type AttentionRow, writeNeedsAttention } from '../report/needs-attention.ts';
import { Attention } from '../run/attention.ts';
import { OUTCOMES_FILE } from '../run/outcomes-file.ts';
import { REASONS } from '../run/reason.ts';
import type { OutcomeRecord } from '../run/record.ts';
import type { RunFile } from '../run/state.ts';
import type { Summary } from '../run/summary.ts';
import { readHeader, readRecords } from '../source/csv/read.ts';
import type { Dialect } from '../source/decode/dialect.ts';
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
  const attention = await Attention.read(path.join(dir, OUTCOMES_FILE), options.drained, files);
  try {
    const samples: AttentionSample[] = [];
    for await (const record of attention.rest()) {
      if (samples.push(sampleOf(record, options)) === SAMPLES) break;
    }
    await writeAttention(options, attention);
    await writeHtml(dir, summary, samples);
  } finally {
    await attention.close();
  }
  await writeSummary(dir, summary);
}

async function writeAttention(options: FinishOptions, attention: Attention): Promise<void> {
  const out = path.join(options.dir, 'needs-attention.csv');
  if (attention.size === 0) return rm(out, { force: true });
  const headers = await Promise.all(options.files.map((file) => headerOf(file)));
  const header = [...new Set(headers.flat())];
  // A file that is gone by now (a copy of standard input is removed) must not cost the rows that were written before.
  if (existsSync(out) && headers.some((names) => names.length === 0)) return;
  const [delimiter, ...others] = new Set(options.files.map(({ dialect }) => dialect?.delimiter ?? ','));
  await writeNeedsAttention({
    out,
    header,
    rows: rowsOf(options, attention, headers, header),
    delimiter: others.length === 0 ? delimiter : ',',
  });
}

function dialectOf({ dialect }: RunFile): { dialect?: Dialect } {
  return dialect === undefined ? {} : { dialect };
}

/** Empty when the file is gone or was changed since: its cells would stand beside the outcomes of other rows. */
async function headerOf(file: RunFile): Promise<string[]> {
  if (file.kind !== 'csv') return [];
  try {
    return (await fingerprintOf(file.file)).sha256 === file.sha256 ? await readHeader(file.file, dialectOf(file)) : [];
  } catch {
    return [];
  }
}

/** The rows that need attention, in the order of the input, with the cells of the input read a second time. */
async function* rowsOf(
  options: FinishOptions,
  attention: Attention,
  headers: readonly string[][],
  union: readonly string[],
): AsyncGenerator<AttentionRow> {
  for (const [index, file] of options.files.entries()) {
    const header = headers[index]!;
    if (header.length === 0) continue;
    const places = union.map((name) => header.indexOf(name));
    try {
      for await (const records of readRecords(file.file, { header, raw: true, ...dialectOf(file) })) {
        for (const record of records) {
          const found = await attention.take(index, record.line);
          if (found === undefined) continue;
          const cells =
            'cells' in record ? places.map((place) => (place < 0 ? '' : (record.cells[place] ?? ''))) : undefined;
          const raw = 'raw' in record ? record.raw : undefined;
          yield { ...wordsOf(found, options), cells, raw };
        }
      }
    } catch {
      // The input is gone or was changed: its rows are listed by line, without their cells.
    }
  }
  for await (const record of attention.rest()) yield { ...wordsOf(record, options), cells: undefined };
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
