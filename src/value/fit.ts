import { attributeValue, type Definitions } from '../contact/attribute.ts';
import { MATCH_KEYS, type MatchKey } from '../contact/change.ts';
import { fieldValue } from '../contact/check.ts';
import { attributeOf } from '../contact/field.ts';
import { LABELS, labelFault, uniqueLabels } from '../contact/label.ts';
import { normaliseKey } from '../contact/normalise.ts';
import { CLEAR } from '../contact/patch.ts';
import type { Fault } from '../run/reason.ts';
import { EMPTY } from './normalise.ts';

/** Types of definitions that Chatwoot itself shows as numbers, and for which no text is refused. */
const MONEY: ReadonlySet<string> = new Set(['currency', 'percent']);

/**
 * A typed value as a field takes it: a column that says "number" is still refused where the account says "date". What is
 * checked is the same as for a cell without a type; only a number or boolean stays one under a key that is not defined.
 *
 * @param value JSON text of a normaliser; `EMPTY` and `CLEAR` pass
 * @returns JSON text; of `labels` an array of them, of `id` and the other match keys a text
 */
export function fit(field: string, value: string, definitions?: Definitions): string | Fault {
  if (value === EMPTY || value === CLEAR) return value;
  const literal = !/^["[]/.test(value);
  const entries: string[] = literal ? [value] : [JSON.parse(value)].flat();
  if (field === LABELS) return labels(entries);
  const text = entries.join(', ');
  if (isMatchKey(field)) {
    const key = normaliseKey(field, text);
    return typeof key === 'string' ? JSON.stringify(key) : key;
  }
  const attribute = attributeOf(field);
  if (attribute?.object !== 'custom_attributes') return fieldValue(field, text, definitions);
  const definition = definitions?.get(attribute.key);
  if (literal && (definition === undefined || MONEY.has(definition.type))) return value;
  return attributeValue(text, definition);
}

function labels(entries: string[]): string | Fault {
  for (const label of entries) {
    const fault = labelFault(label) ?? (/[,;]/.test(label) ? 'a label holds a comma or semicolon' : undefined);
    if (fault !== undefined) return { reason: 'label-format', detail: fault };
  }
  return JSON.stringify(uniqueLabels(entries));
}

function isMatchKey(field: string): field is MatchKey {
  return (MATCH_KEYS as readonly string[]).includes(field);
}
