import { ATTRIBUTE_OBJECTS } from '../contact/field.ts';
import { isObject, type Json, toJsonText } from '../contact/json.ts';
import { fieldOfLabel, LABELS } from '../contact/label.ts';
import { toLive } from '../contact/live.ts';
import { spellings, textSpellings } from '../contact/spelling.ts';
import { fingerprint, keyOf } from '../memory/fingerprint.ts';
import { keysIn } from '../memory/sighting.ts';

/** What an event of the desk shows of its contact, for DOUBT. No value can be read out of it. */
export interface Shown {
  /** Field to the fingerprints of every spelling of its value, as hexadecimal. */
  f: Record<string, string[]>;
  /** The same for all other fields whose names begin so: an attribute that is not in its object is empty. */
  d: Record<string, string[]>;
  /** Proofs of all keys the contact has; absent when the event does not show all of them. */
  p?: string[];
  /** Fields that have changed. */
  m: string[];
}

const TEXTS = ['name', 'email', 'phone_number', 'identifier'] as const;
const KEYS = ['email', 'phone_number', 'identifier'] as const;

/** Where the desk keeps which picture it has fetched; the address itself is nowhere. */
const AVATAR_HASH = 'additional_attributes.avatar_url_hash';

/**
 * Reads the body of a `contact_created` or `contact_updated`, parsed with `parseLossless`. The contact in it may be newer
 * than `changed_attributes`, never older: it is read when the body is made.
 */
export function shownIn(body: { [key: string]: Json }): Shown {
  const shown: Shown = { f: {}, d: {}, m: [] };
  for (const field of TEXTS) if (Object.hasOwn(body, field)) shown.f[field] = prints(textSpellings(body[field]));
  if (Object.hasOwn(body, 'blocked')) shown.f.blocked = prints(spellings(body.blocked === true));
  for (const object of ATTRIBUTE_OBJECTS) {
    const held = body[object];
    if (!isObject(held)) continue;
    for (const [key, value] of Object.entries(held)) shown.f[`${object}.${key}`] = prints(spellings(value));
    shown.d[`${object}.`] = prints(spellings(null));
  }
  const live = toLive(body);
  if (live !== undefined && KEYS.every((key) => Object.hasOwn(body, key))) {
    shown.p = Object.entries(keysIn(live)).map(([kind, value]) =>
      hex(keyOf(kind as (typeof KEYS)[number], value).slice(8)),
    );
  }
  const listed = Array.isArray(body.changed_attributes) ? body.changed_attributes : [];
  for (const change of listed.filter(isObject))
    for (const [name, values] of Object.entries(change)) addChange(shown, name, isObject(values) ? values : {});
  return shown;
}

function addChange(shown: Shown, name: string, { previous_value: before, current_value: after }: Values): void {
  if (name === 'label_list') {
    addLabels(shown, after);
  } else if (name === 'custom_attributes' || name === 'additional_attributes') {
    const changed = changedKeys(before, after).map((key) => `${name}.${key}`);
    shown.m.push(...changed);
    if (changed.includes(AVATAR_HASH)) shown.m.push('avatar_url');
  } else {
    shown.m.push(name);
  }
}

/** Labels stand only in what has changed: the contact itself is sent without them. */
function addLabels(shown: Shown, after: Json | undefined): void {
  shown.m.push(LABELS);
  shown.f[LABELS] = [];
  shown.d[`${LABELS}.`] = [];
  if (!Array.isArray(after)) return;
  const labels = after.filter((label) => typeof label === 'string');
  shown.f[LABELS] = prints([toJsonText(labels), toJsonText([...labels].sort())]);
  shown.d[`${LABELS}.`] = prints(['false', 'null']);
  for (const label of labels) shown.f[fieldOfLabel(label)] = prints(['true']);
}

interface Values {
  [name: string]: Json;
}

function changedKeys(before: Json | undefined, after: Json | undefined): string[] {
  const [was, is] = [isObject(before) ? before : {}, isObject(after) ? after : {}];
  const text = (held: Values, key: string) => (Object.hasOwn(held, key) ? toJsonText(held[key]!) : '');
  return [...new Set([...Object.keys(was), ...Object.keys(is)])].filter((key) => text(was, key) !== text(is, key));
}

function prints(texts: readonly string[]): string[] {
  return [...new Set(texts.map((text) => hex(fingerprint(text))))];
}

function hex(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('hex');
}
