import type { MatchKey } from '../contact/change.ts';
import { attributeOf, BOOKKEEPING_KEYS } from '../contact/field.ts';
import type { EmptyCells } from '../contact/patch.ts';
import { isAttentionColumn } from '../source/csv/fed-back.ts';
import { chooseMatch, matchOf, matchOfMapping } from './choose-match.ts';
import { positionOf, quoted, tidy } from './column-name.ts';
import { MappingError, type MappingFault, type MappingFaultCode } from './error.ts';
import { FIELD_LIST, fieldNamed, nearestField } from './field-name.ts';
import type { FileMapping } from './file-mapping.ts';
import { nearest } from './nearest.ts';
import type { ColumnPlan, IgnoredColumn, PlannedColumn } from './planned.ts';
import { planRules, type Report } from './rules.ts';

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
  /** What a source of files says of its columns; `map` and `match` above stand over it. */
  mapping?: FileMapping;
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
  const rules = options.mapping && planRules(names, options.mapping, givenBy(mapped), report);
  for (const [given, wanted] of Object.entries(options.source?.map ?? {})) {
    const index = positionOf(tidy(given), names);
    if (index >= 0 && !mapped.has(index)) mapped.set(index, fieldNamed(wanted));
  }
  const asked = keysAsked(options);
  const bySource = new Set(rules?.columns.map(({ field }) => field));
  const columns: PlannedColumn[] = [];
  const ignored: IgnoredColumn[] = [];
  names.forEach((name, index) => {
    if (!mapped.has(index) && rules?.decided.has(index)) return;
    const field = mapped.has(index) ? mapped.get(index) : fieldNamed(name);
    // undefined in the map: its field is unknown, and reported.
    if (field === undefined && mapped.has(index)) return;
    if (field === undefined || (bySource.has(field) && !mapped.has(index))) {
      // Columns of our needs-attention.csv are no news to anybody.
      if (!isAttentionColumn(name) && !rules?.used.has(index)) ignored.push(leftOut(name, options.mapping));
    } else if (field === 'id' && !isOurs(asked, options, mapped.has(index))) {
      // Often the CRM's own id, which is why another key was named.
      ignored.push({
        name,
        note: options.match === undefined ? "the CRM's own id" : 'id is not among the keys given with --match',
      });
    } else columns.push({ index, name, field });
  });
  columns.push(...(rules?.columns ?? []));

  refuseBookkeeping(columns, report);
  refuseTwice(columns, report);
  const match = matchIn(columns, options, asked, names, report);
  const subject = subjectIn(names, options.source?.subject, report);
  if (faults.length > 0) throw new MappingError(faults);
  return {
    columns,
    match,
    explicitMatch: asked !== undefined,
    emptyCells: options.emptyCells,
    ignored,
    ...(subject === undefined ? {} : { subject }),
    ...rules?.rest,
  };
}

/** Of a column that a preset knows and leaves alone it is said why. */
function leftOut(name: string, mapping: FileMapping | undefined): IgnoredColumn {
  const note = Object.entries(mapping?.notes ?? {}).find(([column]) => column === name.toLowerCase())?.[1];
  return note === undefined ? { name } : { name, note };
}

/** Keys that were named. Falling back to one that nobody named would write to another contact. */
function keysAsked({ match, source, mapping }: ColumnOptions): readonly MatchKey[] | undefined {
  if (match !== undefined) return match;
  return [mapping?.match, source?.match].find((keys) => keys !== undefined && keys.length > 0);
}

function matchIn(
  columns: PlannedColumn[],
  { match, source, mapping }: ColumnOptions,
  asked: readonly MatchKey[] | undefined,
  names: string[],
  report: Report,
): MatchKey[] {
  if (match !== undefined || asked === undefined) return chooseMatch(columns, match, names, report);
  return mapping !== undefined && asked === mapping.match
    ? matchOfMapping(mapping, columns, report)
    : matchOf(source!, columns, report);
}

/** Columns and fields that were mapped by a flag. */
function givenBy(mapped: ReadonlyMap<number, string | undefined>): {
  columns: ReadonlySet<number>;
  fields: ReadonlySet<string>;
} {
  const fields = [...mapped.values()].filter((field) => field !== undefined);
  return { columns: new Set(mapped.keys()), fields: new Set(fields) };
}

/** Whether a column of ids holds Chatwoot's. In the export of a CRM it does only when that is said. */
function isOurs(asked: readonly MatchKey[] | undefined, { source, mapping }: ColumnOptions, mapped: boolean): boolean {
  // Not by its name alone: only where a source names it, which is a rule of its own.
  if (mapping !== undefined) return mapped;
  return asked === undefined ? source === undefined || mapped : asked.includes('id');
}

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

function subjectIn(names: string[], column: string | undefined, report: Report): number | undefined {
  if (column === undefined) return undefined;
  const index = positionOf(tidy(column), names);
  if (index < 0)
    report('unknown-column', `--subject ${column}: the file has no such column. The file has ${quoted(names)}.`);
  return index;
}
