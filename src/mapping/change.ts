import type { Definitions } from '../contact/attribute.ts';
import type { Change, MatchKey, Place } from '../contact/change.ts';
import { MATCH_KEYS } from '../contact/change.ts';
import { clearFault, fieldValue, textFault } from '../contact/check.ts';
import { LABELS } from '../contact/label.ts';
import { readLabels } from '../contact/label-cell.ts';
import { normaliseKey } from '../contact/normalise.ts';
import { CLEAR, type Patch } from '../contact/patch.ts';
import type { Fault } from '../run/reason.ts';
import type { ColumnPlan, PlannedColumn } from './columns.ts';

/** A row that cannot be sent, and why. */
export interface FaultyRow extends Place {
  fault: Fault;
}

/** The literal that Salesforce's bulk tools write for null: always clears. */
export const CLEAR_TOKEN = '#N/A';

/**
 * What a row asks for, or the first reason why it cannot be sent. Nothing of the cells goes into a fault: it is logged.
 *
 * @param definitions the account's custom attributes; without them every attribute is written as text
 */
export function toChange(
  plan: ColumnPlan,
  place: Place,
  cells: string[],
  definitions?: Definitions,
): Change | FaultyRow {
  const keys: Partial<Record<MatchKey, string>> = {};
  const patch: Patch = {};
  for (const column of plan.columns) {
    const cell = cells[column.index];
    // A record of JSON may lack a value that others have: that is not even an empty one.
    if (cell === undefined) continue;
    const fault = readCell(plan, column, cell, keys, patch, definitions);
    if (fault !== undefined) return { ...at(place), fault: named(fault, column) };
  }
  let match = plan.match.filter((key) => keys[key] !== undefined);
  // The first key with a value decides: falling back to a weaker one has to be asked for with --match.
  if (!plan.explicitMatch && match.length > 1) match = match.slice(0, 1);
  if (match.length === 0) {
    const names = plan.columns.filter((column) => isKey(plan, column.field)).map((column) => `"${column.name}"`);
    return { ...at(place), fault: { reason: 'no-match-key', detail: `no value in ${names.join(', ')}` } };
  }
  return { row: place.row, file: place.file, line: place.line, keys, match, patch };
}

/** Puts a cell into the keys and the patch. */
function readCell(
  plan: ColumnPlan,
  { field }: PlannedColumn,
  cell: string,
  keys: Partial<Record<MatchKey, string>>,
  patch: Patch,
  definitions: Definitions | undefined,
): Fault | undefined {
  const trimmed = cell.trim();
  if (trimmed === '' || trimmed === CLEAR_TOKEN) {
    const token = trimmed !== '';
    // An empty cell of a key that may find the contact means "not known", never "clear it".
    if (field === 'id' || (!token && (plan.emptyCells === 'leave' || isKey(plan, field)))) return undefined;
    const fault = clearFault(field);
    if (fault === undefined) patch[field] = field === LABELS ? '[]' : CLEAR;
    // What cannot be cleared at all (avatar, blocked) is left alone; only asking for it outright is an error.
    return token ? fault : undefined;
  }

  const broken = textFault(cell);
  if (broken !== undefined) return broken;
  if (isMatchKey(field)) {
    const key = normaliseKey(field, cell);
    if (typeof key !== 'string') return key;
    keys[field] = key;
    // Which key will have found the contact is known only later; the diff drops that one.
    if (field !== 'id') patch[field] = JSON.stringify(key);
    return undefined;
  }
  if (field === LABELS) {
    const labels = readLabels(cell);
    if (isFault(labels)) return labels;
    Object.assign(patch, labels);
    return undefined;
  }
  const value = fieldValue(field, cell, definitions);
  if (typeof value !== 'string') return value;
  patch[field] = value;
  return undefined;
}

/** `reason` is no field: a patch of labels has none but theirs. */
function isFault(labels: Patch | Fault): labels is Fault {
  return 'reason' in labels;
}

function isMatchKey(field: string): field is MatchKey {
  return (MATCH_KEYS as readonly string[]).includes(field);
}

function isKey(plan: ColumnPlan, field: string): boolean {
  return (plan.match as readonly string[]).includes(field);
}

/** Says which column it is; the value itself may be personal. */
function named(fault: Fault, { name, field }: PlannedColumn): Fault {
  const column = name === field ? `"${name}"` : `"${name}" (${field})`;
  return { reason: fault.reason, detail: fault.detail === undefined ? column : `${column}: ${fault.detail}` };
}

function at({ row, file, line }: Place): Place {
  return { row, file, line };
}
