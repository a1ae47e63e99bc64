import type { Definitions } from '../contact/attribute.ts';
import { toChange } from '../mapping/change.ts';
import { identifying } from '../mapping/identity.ts';
import { type CountedRemark, Remarks } from '../mapping/remarks.ts';
import { hashOf, Partners } from '../producer/partners.ts';
import type { PlannedSource, SourceRow } from '../producer/source.ts';
import type { Fault, Reason } from '../run/reason.ts';
import { MOST_KEYS, Repeated, type Repetition } from './repeated.ts';

/** Lines that are told of each reason. */
const FIRST = 10;

/** Rows that would not be sent for one reason. */
export interface RefusedRows {
  rows: number;
  /** The first of them, by their physical line; the details name columns, never values. */
  first: { line: number; detail: string }[];
}

/** What all rows of a file show. */
export interface CheckedRows {
  rows: number;
  /** Rows that would be looked up or sent. */
  sound: number;
  /** Rows that are wrong, by reason. */
  invalid: Partial<Record<Reason, RefusedRows>>;
  /** Rows that a rule of the operator's leaves out. */
  skipped: Partial<Record<Reason, RefusedRows>>;
  /** Keys that several rows have: the last of them wins. */
  repeated: { keys: number; first: readonly Repetition[]; complete: boolean };
  /** E-mail addresses with several identifiers and the other way round, where such rows are not refused anyway. */
  contradictions: number;
  /** What was left out of cells of sound rows. */
  remarks: CountedRemark[];
}

/**
 * Reads every row of a file as a run would and sends none. Memory is that of two tables of numbers, whatever the file's size.
 *
 * @param definitions the account's custom attributes; without them every attribute is taken as text
 */
export async function checkRows(file: PlannedSource, definitions?: Definitions): Promise<CheckedRows> {
  const plan = file.plan!;
  const invalid: CheckedRows['invalid'] = {};
  const skipped: CheckedRows['skipped'] = {};
  const repeated = new Repeated();
  const identify = plan.refusesConflicts === true ? undefined : identifying(plan);
  const emails = new Partners();
  const identifiers = new Partners();
  const remarks = new Remarks();
  let rows = 0;
  let sound = 0;
  for await (const batch of file.read(0)) {
    for (const row of batch) {
      const place = { row: rows++, file: 0, line: row.line };
      const fault = faultIn(row);
      const change = 'cells' in row ? toChange(plan, place, row.cells, definitions, remarks) : undefined;
      if (fault !== undefined) note(invalid, fault, row.line);
      else if (change !== undefined && 'fault' in change)
        note(change.skipped === true ? skipped : invalid, change.fault, row.line);
      else {
        sound++;
        const key = change?.match[0];
        if (key !== undefined) repeated.add(key, change!.keys[key]!, row.line);
      }
      const identity = identify !== undefined && 'cells' in row ? identify(row.cells) : undefined;
      if (identity === undefined || emails.size >= MOST_KEYS || identifiers.size >= MOST_KEYS) continue;
      const email = hashOf(identity.email);
      const identifier = hashOf(identity.identifier);
      emails.add(...email, identifier[1], row.line);
      identifiers.add(...identifier, email[1], row.line);
    }
  }
  return {
    rows,
    sound,
    invalid,
    skipped,
    repeated: { keys: repeated.keys, first: repeated.shown, complete: !repeated.full },
    contradictions: emails.contradictions + identifiers.contradictions,
    remarks: remarks.take().get(0) ?? [],
  };
}

function faultIn(row: SourceRow): Fault | undefined {
  return 'fault' in row ? row.fault : undefined;
}

function note(into: CheckedRows['invalid'], { reason, detail = '' }: Fault, line: number): void {
  into[reason] ??= { rows: 0, first: [] };
  const found = into[reason]!;
  found.rows++;
  if (found.first.length < FIRST) found.first.push({ line, detail });
}
