import type { Place } from '../contact/change.ts';
import type { Outcome } from './outcome.ts';
import { REASONS, type Reason } from './reason.ts';
import type { OutcomeRecord } from './record.ts';

/** What a worker knows of a row besides its outcome. */
export interface Circumstances {
  contact: string | null;
  fields: readonly string[];
  status: number | null;
  attempts: number;
  durationMs: number;
  deskMs: number | null;
  /** What was sent as `X-Request-Id`. */
  requestId: string;
  detail: string;
  /** Somebody else's contact that stood in the way. */
  holder?: number;
}

/** A row that ends, with everything the ledger writes down. */
export interface Ending {
  run: string;
  place: Place;
  outcome: Outcome;
  reason: Reason | '';
  circumstances: Circumstances;
  /** What was overwritten and with what, as a JSON text; goes to the undo file, never to a log. */
  changes?: string;
}

/** Nothing was sent: the row ended before any call. */
export const NO_CALL: Circumstances = {
  contact: null,
  fields: [],
  status: null,
  attempts: 0,
  durationMs: 0,
  deskMs: null,
  requestId: '',
  detail: '',
};

/** A contact's number; null when there is none, or it is still to be created. */
export function idOf(contact: string | null): number | null {
  return contact !== null && /^\d+$/.test(contact) ? Number(contact) : null;
}

/** The part of a log entry behind the outcome, as scripts that choose the outcome themselves append it. */
export function tailOf(c: Circumstances): string {
  const contact = idOf(c.contact);
  return `,${contact},${JSON.stringify(c.fields)},${c.status},${c.attempts},${Math.round(c.durationMs)},${c.deskMs},${JSON.stringify(c.requestId)},${JSON.stringify(c.detail)}`;
}

/** One row's line on its way from Redis to the report, as compact as it stays readable. */
export function entryOf(e: Ending): string {
  const { row, file, line } = e.place;
  const more =
    e.changes === undefined && e.circumstances.holder === undefined ? '' : `,${e.circumstances.holder ?? 'null'}`;
  const changes = e.changes === undefined ? '' : `,${e.changes}`;
  return `[${row},${file},${line},"${e.outcome}","${e.reason}"${tailOf(e.circumstances)}${more}${changes}]`;
}

/** Reads a log entry back. `sources` are the paths of the run's files. */
export function recordOf(run: string, sources: readonly string[], entry: string): OutcomeRecord {
  return readEntry(run, sources, entry).record;
}

/** A log entry: the line of the report, and the sealed line for the undo of a row that overwrote something. */
export function readEntry(
  run: string,
  sources: readonly string[],
  entry: string,
): { record: OutcomeRecord; changes: string | undefined } {
  const [
    row,
    file,
    line,
    outcome,
    reason,
    contact,
    fields,
    status,
    attempts,
    duration,
    desk,
    request,
    detail,
    holder,
    changes,
  ] = JSON.parse(entry) as [
    number,
    number,
    number,
    Outcome,
    string,
    number | null,
    string[],
    number | null,
    number,
    number,
    number | null,
    string,
    string,
    (number | null)?,
    unknown?,
  ];
  const record: OutcomeRecord = {
    run,
    source: sources[file] ?? '-',
    line,
    outcome,
    reason: reason in REASONS ? (reason as Reason) : null,
    contact_id: contact,
    fields,
    http_status: status,
    attempts,
    duration_ms: duration,
    desk_ms: desk,
    request_id: request === '' ? null : request,
    row,
  };
  if (detail !== '') record.detail = detail;
  if (typeof holder === 'number') record.holder = holder;
  return { record, changes: changes === undefined ? undefined : JSON.stringify(changes) };
}
