import type { Definitions } from '../contact/attribute.ts';
import { MATCH_KEYS, type MatchKey } from '../contact/change.ts';
import { clearFault, fieldValue, textFault } from '../contact/check.ts';
import { LABELS } from '../contact/label.ts';
import { readLabels } from '../contact/label-cell.ts';
import { normaliseKey } from '../contact/normalise.ts';
import { CLEAR, type Patch } from '../contact/patch.ts';
import type { Fault } from '../run/reason.ts';
import type { ColumnPlan } from './planned.ts';

/** The literal that Salesforce's bulk tools write for null: always clears. */
export const CLEAR_TOKEN = '#N/A';

/** What a row finds a contact by, and what it sets: filled field by field. */
export interface Target {
  keys: Partial<Record<MatchKey, string>>;
  patch: Patch;
}

/** Puts a text into its field. */
export interface FieldSetter {
  /** A cell that is empty, or with `token` one that asks for the field to be cleared. */
  empty(target: Target, token: boolean): Fault | undefined;
  /** Any other text. */
  filled(target: Target, text: string, definitions: Definitions | undefined): Fault | undefined;
}

/** How a field is set by the rules of the plan. All that does not depend on the row is decided here, once. */
export function setterOf(field: string, plan: Pick<ColumnPlan, 'emptyCells' | 'match'>): FieldSetter {
  const isKey = (plan.match as readonly string[]).includes(field);
  const leaves = plan.emptyCells === 'leave' || isKey;
  const never = field === 'id';
  const refused = clearFault(field);
  const cleared = field === LABELS ? '[]' : CLEAR;
  const empty: FieldSetter['empty'] = ({ patch }, token) => {
    // An empty cell of a key that may find the contact means "not known", never "clear it".
    if (never || (!token && leaves)) return undefined;
    if (refused === undefined) patch[field] = cleared;
    // What cannot be cleared at all (avatar, blocked) is left alone; only asking for it outright is an error.
    return token ? refused : undefined;
  };
  return { empty, filled: filledSetter(field) };
}

function filledSetter(field: string): FieldSetter['filled'] {
  if (isMatchKey(field)) {
    return ({ keys, patch }, text) => {
      const key = normaliseKey(field, text);
      if (typeof key !== 'string') return key;
      keys[field] = key;
      // Which key will have found the contact is known only later; the diff drops that one.
      if (field !== 'id') patch[field] = JSON.stringify(key);
      return undefined;
    };
  }
  if (field === LABELS) {
    return ({ patch }, text) => {
      const labels = readLabels(text);
      if (isFault(labels)) return labels;
      Object.assign(patch, labels);
      return undefined;
    };
  }
  return ({ patch }, text, definitions) => {
    const value = fieldValue(field, text, definitions);
    if (typeof value !== 'string') return value;
    patch[field] = value;
    return undefined;
  };
}

/** Puts a cell that nothing more was said of into its field. */
export function setCell(
  setter: FieldSetter,
  target: Target,
  cell: string,
  definitions: Definitions | undefined,
): Fault | undefined {
  const trimmed = cell.trim();
  if (trimmed === '') return setter.empty(target, false);
  if (trimmed === CLEAR_TOKEN) return setter.empty(target, true);
  return textFault(cell) ?? setter.filled(target, cell, definitions);
}

/** `reason` is no field: a patch of labels has none but theirs. */
function isFault(labels: Patch | Fault): labels is Fault {
  return 'reason' in labels;
}

/** Whether a field may find the contact. */
export function isMatchKey(field: string): field is MatchKey {
  return (MATCH_KEYS as readonly string[]).includes(field);
}
