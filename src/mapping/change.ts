import type { Definitions } from '../contact/attribute.ts';
import type { Change, MatchKey, Place } from '../contact/change.ts';
import type { Patch } from '../contact/patch.ts';
import type { Fault } from '../run/reason.ts';
import type { Target } from './cell.ts';
import { type CompiledPlan, compiledPlan } from './compile.ts';
import type { ColumnPlan, PlannedColumn } from './planned.ts';
import type { Remarks } from './remarks.ts';

export { CLEAR_TOKEN } from './cell.ts';

/** A row that cannot be sent, and why. */
export interface FaultyRow extends Place {
  fault: Fault;
  /** Nothing is wrong with it: a condition of the operator's leaves it out. */
  skipped?: true;
}

/** What a row asks for, and when it was true: epoch milliseconds, absent when its source names no column for it. */
export interface MappedChange extends Change {
  observedAt?: number;
}

/**
 * What a row asks for, or the first reason why it cannot be sent. Nothing of the cells goes into a fault: it is logged.
 *
 * @param definitions the account's custom attributes; without them every attribute is written as text
 * @param remarks counts what the types left out of the cells of rows that can be sent
 */
export function toChange(
  plan: ColumnPlan,
  place: Place,
  cells: string[],
  definitions?: Definitions,
  remarks?: Remarks,
): MappedChange | FaultyRow {
  const ready = compiledPlan(plan);
  if (ready.fits !== undefined && !ready.fits(cells))
    return { ...at(place), fault: { reason: 'filtered-out' }, skipped: true };
  const keys: Partial<Record<MatchKey, string>> = {};
  const patch: Patch = {};
  const fault = fill(ready, { keys, patch }, cells, definitions, remarks);
  if (fault !== undefined) return { ...at(place), fault };
  let match = plan.match.filter((key) => keys[key] !== undefined);
  // The first key with a value decides: falling back to a weaker one has to be asked for with --match.
  if (!plan.explicitMatch && match.length > 1) match = match.slice(0, 1);
  if (match.length === 0) {
    const names = plan.columns.filter((column) => isKey(plan, column.field)).map((column) => `"${column.name}"`);
    return { ...at(place), fault: { reason: 'no-match-key', detail: `no value in ${names.join(', ')}` } };
  }
  const change: MappedChange = { row: place.row, file: place.file, line: place.line, keys, match, patch };
  if (ready.observed !== undefined) {
    const { column, read } = ready.observed;
    const observedAt = read(cells, remarks?.of(column));
    if (typeof observedAt === 'object') return { ...at(place), fault: named(observedAt, column) };
    if (observedAt !== undefined) change.observedAt = observedAt;
  }
  remarks?.keep(place);
  return change;
}

function fill(
  { settings }: CompiledPlan,
  target: Target,
  cells: string[],
  definitions: Definitions | undefined,
  remarks: Remarks | undefined,
): Fault | undefined {
  remarks?.begin();
  for (const { column, set } of settings) {
    const fault = set(target, cells, definitions, remarks?.of(column));
    if (fault !== undefined) return named(fault, column);
  }
  return undefined;
}

function isKey(plan: ColumnPlan, field: string): boolean {
  return (plan.match as readonly string[]).includes(field);
}

/** Says which column it is; the value itself may be personal. */
function named(fault: Fault, { name, field }: Pick<PlannedColumn, 'name' | 'field'>): Fault {
  const column = name === field ? `"${name}"` : `"${name}" (${field})`;
  return { reason: fault.reason, detail: fault.detail === undefined ? column : `${column}: ${fault.detail}` };
}

function at({ row, file, line }: Place): Place {
  return { row, file, line };
}
