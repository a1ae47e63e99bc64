import { positionOf, quoted, tidy } from './column-name.ts';
import type { MappingFaultCode } from './error.ts';
import type { Condition, FieldRule, FileMapping, Origin } from './file-mapping.ts';
import { nearest } from './nearest.ts';
import type { ColumnPlan, PlannedColumn, PlannedCondition, PlannedOrigin } from './planned.ts';
import { parseTemplate } from './template.ts';

/** Takes a fault of the columns: `message` says what is wrong and what to do. */
export type Report = (code: MappingFaultCode, message: string) => void;

/** A source's rules with the places of a file's columns. */
export interface PlannedRules {
  columns: PlannedColumn[];
  /** Columns whose fate the source decides. */
  decided: Set<number>;
  /** Columns that anything looks at. */
  used: Set<number>;
  rest: Pick<ColumnPlan, 'where' | 'observedAt' | 'refusesConflicts'>;
}

/**
 * Finds the columns that a source of files speaks of.
 *
 * @param names tidy names of the file's columns
 * @param given columns and fields that were mapped by a flag, which wins over the source
 */
export function planRules(
  names: string[],
  mapping: FileMapping,
  given: { columns: ReadonlySet<number>; fields: ReadonlySet<string> },
  report: Report,
): PlannedRules {
  const used = new Set<number>();
  const decided = new Set<number>();
  const find = (column: string, key: string, optional = false): number => {
    const index = positionOf(tidy(column), names);
    if (index >= 0) used.add(index);
    else if (!optional) {
      const near = nearest(tidy(column), names);
      const next = near === undefined ? `The file has ${quoted(names)}.` : `Did you mean "${near}"?`;
      report('unknown-column', `sources.${mapping.name}.file.${key}: the file has no column "${column}". ${next}`);
    }
    return index;
  };
  const conditions = (list: Condition[], key: string): PlannedCondition[] =>
    list.map(({ column, values, not }) => ({
      index: find(column, `${key}.${column}`),
      values: values.map(folded),
      not,
    }));

  const columns = mapping.rules.flatMap((rule): PlannedColumn[] => {
    const { key, field, from, optional, when, ...treatment } = rule;
    const planned = originOf(from, (column) => find(column, key, optional === true || 'firstOf' in from));
    if ('firstOf' in from && planned.type === 'first' && planned.indexes.length === 0 && optional !== true)
      for (const column of from.firstOf) find(column, key);
    const index = planned.type === 'column' ? planned.index : -1;
    if (index >= 0) decided.add(index);
    const overruled = given.fields.has(field) || (index >= 0 && given.columns.has(index));
    if (overruled || isMissing(planned)) return [];
    return [
      {
        index,
        name: nameOf(rule),
        field,
        rule: { ...treatment, from: planned, when: conditions(when, `${key}.when`) },
      },
    ];
  });
  for (const column of mapping.without) {
    const index = find(column, `columns.${column}`, true);
    if (index >= 0) decided.add(index);
  }
  const rest: PlannedRules['rest'] = { refusesConflicts: mapping.refusesConflicts };
  if (mapping.where.length > 0) rest.where = conditions(mapping.where, 'where');
  if (mapping.observedAt !== undefined) {
    const { column, settings, optional = false } = mapping.observedAt;
    const index = find(column, 'observed_at', optional);
    if (index >= 0) rest.observedAt = { index, name: column, settings };
  }
  return { columns, decided, used, rest };
}

/** Texts are compared without case and outer spaces: a CRM spells its own options in more than one way. */
export function folded(text: string): string {
  return text.trim().toLowerCase();
}

function originOf(from: Origin, find: (column: string) => number): PlannedOrigin {
  if ('column' in from) return { type: 'column', index: find(from.column) };
  if ('value' in from) return { type: 'value', text: from.value };
  if ('firstOf' in from) return { type: 'first', indexes: from.firstOf.map(find).filter((index) => index >= 0) };
  const parsed = parseTemplate(from.template);
  if ('fault' in parsed) throw new Error(`${parsed.fault}. The configuration is to be checked before it is used.`);
  const columns: { index: number; fallback: string }[] = [];
  const parts = parsed.map((part) => {
    if (typeof part === 'string') return part;
    return columns.push({ index: find(part.column), fallback: part.fallback }) - 1;
  });
  return { type: 'template', parts, columns };
}

/** None of its columns is there. */
function isMissing(from: PlannedOrigin): boolean {
  switch (from.type) {
    case 'column':
      return from.index < 0;
    case 'first':
      return from.indexes.length === 0;
    case 'template':
      return from.columns.length > 0 && from.columns.every(({ index }) => index < 0);
    case 'value':
      return false;
  }
}

/** What a fault of the field calls its origin. */
function nameOf({ from, field }: FieldRule): string {
  if ('column' in from) return from.column;
  if ('template' in from) return from.template;
  return 'firstOf' in from ? from.firstOf.join('|') : field;
}
