import type { OutcomeRecord } from '../run/record.ts';
import { guardFormula } from '../source/csv/formula.ts';
import { reasonText } from './attention.ts';
import { csvLine } from './cell.ts';

const COLUMNS = {
  run: (record) => record.run,
  // `-` alone is standard input and no formula; guarded it would be a name that nobody gave.
  source: (record) => (record.source === '-' ? '-' : guardFormula(record.source)),
  line: (record) => String(record.line),
  outcome: (record) => record.outcome,
  reason: (record) => record.reason ?? '',
  message: (record) => (record.reason === null ? '' : reasonText(record.reason).message),
  detail: (record) => guardFormula(record.detail ?? ''),
  contact_id: (record) => numberCell(record.contact_id),
  fields: (record) => guardFormula(record.fields.join(' ')),
  http_status: (record) => numberCell(record.http_status),
  attempts: (record) => String(record.attempts),
  duration_ms: (record) => String(record.duration_ms),
  desk_ms: (record) => numberCell(record.desk_ms),
  request_id: (record) => record.request_id ?? '',
} satisfies Record<string, (record: OutcomeRecord) => string>;

/**
 * `report <run> --format csv`: a header and one line a row, without BOM since a program may read it, and formula-safe
 * where the text is not our own. Field names are separated by spaces.
 */
export async function* outcomesCsv(
  records: AsyncIterable<OutcomeRecord> | Iterable<OutcomeRecord>,
): AsyncGenerator<string, void, undefined> {
  yield csvLine(Object.keys(COLUMNS));
  for await (const record of records) yield csvLine(Object.values(COLUMNS).map((cell) => cell(record)));
}

function numberCell(value: number | null): string {
  return value === null ? '' : String(value);
}
