import { createHash } from 'node:crypto';
import { booleanText, isPlainNumber } from './attribute.ts';
import type { MatchKey } from './change.ts';
import { type AttributeObject, attributeOf, BOOKKEEPING_KEYS } from './field.ts';
import { type Json, numberText, parseLossless, toJsonText } from './json.ts';
import { holdsLabel, isLabelField, labelOf, labelsIn, sameLabels } from './label.ts';
import type { LiveContact } from './live.ts';
import { CLEAR, type Patch, REMOVE } from './patch.ts';
import { dropNulls, sameValue } from './value.ts';

/**
 * Text fields in which blank and null mean the same. What is blank is sent as null: a second contact with the
 * identifier `""` in one account is a server error (unique index; observed on 4.10.0).
 */
const CLEAR_WHEN_BLANK: ReadonlySet<string> = new Set(['email', 'phone_number', 'identifier']);

/**
 * The fields of the patch that the contact does not hold yet, each with the JSON text to send.
 *
 * @param matchedBy the key the contact was found by: equal by definition, never sent
 */
export function diff(patch: Patch, live: LiveContact, matchedBy?: MatchKey): Patch {
  const differences: Patch = {};
  for (const [field, text] of Object.entries(patch)) {
    if (field === matchedBy) continue;
    if (field === REMOVE) {
      differences[field] = text;
      continue;
    }
    const send = isLabelField(field) ? labelDifference(field, text, live.labels) : fieldDifference(field, text, live);
    if (send !== undefined) differences[field] = send;
  }
  return differences;
}

function fieldDifference(field: string, text: string, live: LiveContact): string | undefined {
  const attribute = attributeOf(field);
  if (attribute === undefined) return plainDifference(field, parseLossless(text), live);
  return attributeDifference(attribute.object, attribute.key, text, live);
}

/** Labels that were not read may be any. */
function labelDifference(field: string, text: string, held: readonly string[] | undefined): string | undefined {
  if (held === undefined) return text;
  const label = labelOf(field);
  if (label === undefined) return sameLabels(labelsIn(text), held) ? undefined : text;
  return text === CLEAR || holdsLabel(held, label) === (text === 'true') ? undefined : text;
}

function plainDifference(field: string, wanted: Json, live: LiveContact): string | undefined {
  switch (field) {
    case 'name':
    case 'phone_number':
    case 'identifier':
      return textDifference(field, wanted, live[field], (text) => text);
    case 'email':
      return textDifference(field, wanted, live.email, (text) => text.toLowerCase());
    case 'blocked':
      return blockedDifference(wanted, live.blocked);
    case 'avatar_url':
      return avatarDifference(wanted, live);
    default:
      throw new Error(`${field} is no field of a contact. Correct the mapping that names it.`);
  }
}

function textDifference(
  field: string,
  wanted: Json,
  live: string | null | undefined,
  fold: (text: string) => string,
): string | undefined {
  // The desk stores a number given for a text field as text.
  const text = typeof wanted === 'string' ? wanted : wanted === null ? '' : toJsonText(wanted);
  if (fold(text) === fold(live ?? '')) return undefined;
  if (text === '' && (wanted === null || CLEAR_WHEN_BLANK.has(field))) return CLEAR;
  return JSON.stringify(text);
}

/** Always a JSON boolean: the desk takes the text "no" for true. null is never sent, it is a server error. */
function blockedDifference(wanted: Json, live: boolean | null | undefined): string | undefined {
  const text = booleanText(String(wanted));
  return text === undefined || text === String(live ?? false) ? undefined : text;
}

/**
 * The desk keeps no URL, but since 4.6.0 the SHA-256 of the last one it fetched (app/jobs/avatar/avatar_from_url_job.rb).
 * null does nothing there, so it is no difference.
 */
function avatarDifference(wanted: Json, live: LiveContact): string | undefined {
  if (typeof wanted !== 'string' || wanted === '') return undefined;
  const hash = createHash('sha256').update(wanted).digest('hex');
  return ownValue(live.additional_attributes, 'avatar_url_hash') === hash ? undefined : JSON.stringify(wanted);
}

function attributeDifference(
  object: AttributeObject,
  key: string,
  text: string,
  live: LiveContact,
): string | undefined {
  if (object === 'additional_attributes' && BOOKKEEPING_KEYS.has(key)) return undefined;
  const wanted = dropNulls(parseLossless(text));
  const held = dropNulls(ownValue(live[object], key));
  return sameValue(wanted, held) ? undefined : inTypeOf(held, wanted, text);
}

/** Text under a key that holds a number or boolean would break every filter on that key, so the type held is kept. */
function inTypeOf(held: Json, wanted: Json, text: string): string {
  if (typeof wanted === 'string') {
    if (numberText(held) !== undefined && isPlainNumber(wanted)) return wanted;
    if (typeof held === 'boolean') return booleanText(wanted) ?? text;
  }
  return typeof wanted === 'object' && wanted !== null ? toJsonText(wanted) : text;
}

function ownValue(object: Record<string, Json> | null | undefined, key: string): Json {
  return object && Object.hasOwn(object, key) ? (object[key] as Json) : null;
}
