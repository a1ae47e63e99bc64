import { MATCH_KEYS, type MatchKey } from '../contact/change.ts';
import { attributeOf, BOOKKEEPING_KEYS } from '../contact/field.ts';
import type { EmptyCells } from '../contact/patch.ts';
import { isAttentionColumn } from '../source/csv/fed-back.ts';
import { positionOf, quoted, tidy } from './column-name.ts';
import { MappingError, type MappingFault, type MappingFaultCode } from './error.ts';
import { FIELD_LIST, fieldNamed, nearestField } from './field-name.ts';
import { nearest } from './nearest.ts';

/** What a source of events sets and is found by. Of it counts what a file has columns for: an export may well hold less. */
export interface SourceColumns {
  /** Its name, for people. */
  name: string;
  /** Value of an event, and column of a file, to field. */
  map: Record<string, string>;
  /** The keys that find a contact, in order; empty: those that are there. */
  match: MatchKey[];
  /** The column with the CRM's own id of the record, by which its events say that it was deleted. */
  subject?: string;
}

export interface ColumnOptions {
  /** Column name to field name, as given with `--map COLUMN=FIELD`. */
  map: Record<string, string>;
  /** The keys given with `--match`, in order. */
  match?: MatchKey[];
  emptyCells: EmptyCells;
  /** The source of events that the file is compared with: `map` and `match` above stand over it. */
  source?: SourceColumns;
}

export interface PlannedColumn {
  /** Zero-based position in the row. */
  index: number;
  name: string;
  field: string;
}

export interface IgnoredColumn {
  name: string;
  /** Why, when it is not simply a column that means nothing to us. */
  note?: string;
}

/** What becomes of every column of a file. Plain data: it is kept with the run. */
export interface ColumnPlan {
  columns: PlannedColumn[];
  /** The keys that may decide, in order. */
  match: MatchKey[];
  /** `--match` was given: every key in `match` that has a value may decide, not only the first. */
  explicitMatch: boolean;
  emptyCells: EmptyCells;
  ignored: IgnoredColumn[];
  /** Zero-based position of the CRM's own id of the record; only when it was named. */
  subject?: number;
}

/**
 * Decides which column sets which field.
 *
 * @param header names of the columns as `checkHeader` gives them
 * @throws MappingError with every fault at once
 */
export function planColumns(header: string[], options: ColumnOptions): ColumnPlan {
  const names = header.map((name, index) => tidy(name) || `(column ${index + 1})`);
  const faults: MappingFault[] = [];
  const report = (code: MappingFaultCode, message: string) => faults.push({ code, message });

  const mapped = readMap(names, options.map, report);
  for (const [given, wanted] of Object.entries(options.source?.map ?? {})) {
    const index = positionOf(tidy(given), names);
    if (index >= 0 && !mapped.has(index)) mapped.set(index, fieldNamed(wanted));
  }
  // Falling back to a key that nobody named would write to another contact.
  const asked = options.match ?? (options.source?.match.length ? options.source.match : undefined);
  const columns: PlannedColumn[] = [];
  const ignored: IgnoredColumn[] = [];
  names.forEach((name, index) => {
    const field = mapped.has(index) ? mapped.get(index) : fieldNamed(name);
    // undefined in the map: its field is unknown, and reported.
    if (field === undefined && mapped.has(index)) return;
    if (field === undefined) {
      // Columns of our needs-attention.csv are no news to anybody.
      if (!isAttentionColumn(name)) ignored.push({ name });
    } else if (field === 'id' && !isOurs(asked, options.source, mapped.has(index))) {
      // Often the CRM's own id, which is why another key was named.
      ignored.push({
        name,
        note: options.match === undefined ? "the CRM's own id" : 'id is not among the keys given with --match',
      });
    } else columns.push({ index, name, field });
  });

  refuseBookkeeping(columns, report);
  refuseTwice(columns, report);
  const match =
    options.match === undefined && asked !== undefined
      ? matchOf(options.source!, columns, report)
      : chooseMatch(columns, options.match, names, report);
  const subject = subjectIn(names, options.source?.subject, report);
  if (faults.length > 0) throw new MappingError(faults);
  const plan = { columns, match, explicitMatch: asked !== undefined, emptyCells: options.emptyCells, ignored };
  return subject === undefined ? plan : { ...plan, subject };
}

/** Whether a column of ids holds Chatwoot's. In the export of a CRM it does only when that is said. */
function isOurs(asked: readonly MatchKey[] | undefined, source: SourceColumns | undefined, mapped: boolean): boolean {
  return asked === undefined ? source === undefined || mapped : asked.includes('id');
}

type Report = (code: MappingFaultCode, message: string) => void;

/** Column position to field, or to undefined when the field of a mapping is unknown. */
function readMap(names: string[], map: Record<string, string>, report: Report): Map<number, string | undefined> {
  const mapped = new Map<number, string | undefined>();
  for (const [given, wanted] of Object.entries(map)) {
    const column = tidy(given);
    const index = positionOf(column, names);
    const field = fieldNamed(wanted);
    if (field === undefined) {
      const near = nearestField(wanted);
      const next = near === undefined ? `Use one of ${FIELD_LIST}.` : `Did you mean ${near}?`;
      report('unknown-field', `--map ${given}=${wanted}: there is no field "${wanted}". ${next}`);
    }
    if (index < 0) {
      const near = nearest(column, names);
      const next = near === undefined ? `The file has ${quoted(names)}.` : `Did you mean "${near}"?`;
      report('unknown-column', `--map ${given}=${wanted}: the file has no column "${column}". ${next}`);
    } else if (mapped.has(index)) {
      report('column-twice', `--map ${given}=${wanted}: the column is mapped already. Keep one of the two.`);
    } else mapped.set(index, field);
  }
  return mapped;
}

function refuseBookkeeping(columns: PlannedColumn[], report: Report): void {
  for (const { name, field } of columns) {
    const attribute = attributeOf(field);
    if (attribute?.object !== 'additional_attributes' || !BOOKKEEPING_KEYS.has(attribute.key)) continue;
    report(
      'field-refused',
      `"${name}": the desk itself writes ${field}. Remove the column, or map it to another field.`,
    );
  }
}

function refuseTwice(columns: PlannedColumn[], report: Report): void {
  for (const field of new Set(columns.map((column) => column.field))) {
    const names = columns.filter((column) => column.field === field).map((column) => column.name);
    if (names.length < 2) continue;
    report('field-twice', `${quoted(names)} all set ${field}. Keep one of them and rename, remove or map the others.`);
  }
}

function chooseMatch(columns: PlannedColumn[], wanted: MatchKey[] | undefined, names: string[], report: Report) {
  const present = MATCH_KEYS.filter((key) => columns.some((column) => column.field === key));
  if (wanted !== undefined) {
    for (const key of wanted.filter((key) => !present.includes(key))) {
      const next = `Map one with --map COLUMN=${key}, or leave ${key} out of --match.`;
      report('match-column-missing', `--match ${key}: no column holds ${key}. ${next}`);
    }
    return [...new Set(wanted)];
  }
  if (columns.length === 0) report('no-known-column', `no column is known: ${quoted(names)}. ${advice(names)}`);
  else if (present.length === 0) {
    const next = `Map one with --map COLUMN=FIELD, where FIELD is one of ${MATCH_KEYS.join(', ')}.`;
    report('no-match-column', `no column finds the contact. ${next}`);
  }
  return present;
}

/** The keys of a source that the file has a column for. */
function matchOf({ name, match }: SourceColumns, columns: PlannedColumn[], report: Report): MatchKey[] {
  const present = match.filter((key) => columns.some(({ field }) => field === key));
  if (present.length === 0) {
    const next = `Map one with --map COLUMN=${match[0]}, or name another key with --match.`;
    report('no-match-column', `no column holds ${match.join(' or ')}, by which ${name} finds contacts. ${next}`);
  }
  return present;
}

function subjectIn(names: string[], column: string | undefined, report: Report): number | undefined {
  if (column === undefined) return undefined;
  const index = positionOf(tidy(column), names);
  if (index < 0)
    report('unknown-column', `--subject ${column}: the file has no such column. The file has ${quoted(names)}.`);
  return index;
}

function advice(names: string[]): string {
  const [only = ''] = names;
  if (names.length === 1 && /[;\t|]/.test(only)) return 'Say what parts the cells with --delimiter.';
  return `Map them with --map COLUMN=FIELD; fields are ${FIELD_LIST}.`;
}
