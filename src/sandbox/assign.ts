import { isDeepStrictEqual } from 'node:util';
import { attributesOf, type ContactRecord } from './contact.ts';
import { isObject, type Json, type JsonObject, stringifyExact } from './json.ts';

/** The columns of a contact that a request can write. */
export type Columns = {
  -readonly [K in 'name' | 'email' | 'phone' | 'identifier' | 'custom' | 'additional']?: ContactRecord[K];
} & { blocked?: boolean | null };

const TEXT_FIELDS = [
  ['name', 'name'],
  ['email', 'email'],
  ['phone_number', 'phone'],
  ['identifier', 'identifier'],
] as const;

/** ActiveModel's FALSE_VALUES: every other text, "no" included, is true. */
const FALSE_VALUES: ReadonlySet<unknown> = new Set([false, 0, '0', 'f', 'F', 'false', 'FALSE', 'off', 'OFF']);

/**
 * The columns that a request would change on a contact, and nothing else: unpermitted fields and values of the wrong
 * shape are dropped in silence (contacts_controller.rb, `permitted_params`). Attribute objects are merged at their top
 * level, `additional_attributes` replaced when the desk is 4.1.
 */
export function changesOf(before: ContactRecord, params: JsonObject, replacesAdditional: boolean): Columns {
  const columns: Columns = {};
  for (const [param, column] of TEXT_FIELDS) {
    const value = Object.hasOwn(params, param) ? castText(params[param]!) : undefined;
    if (value !== undefined) columns[column] = value;
  }
  if (columns.email !== undefined) columns.email = emailOf(columns.email);
  for (const column of ['name', 'email', 'phone', 'identifier'] as const) {
    if (columns[column] === before[column]) delete columns[column];
  }
  if (Object.hasOwn(params, 'blocked') && !isComposite(params.blocked!)) {
    const blocked = castBoolean(params.blocked!);
    if (blocked !== before.blocked) columns.blocked = blocked;
  }
  const custom = attributeChange(before.custom, params.custom_attributes, false);
  if (custom !== undefined) columns.custom = custom;
  const additional = attributeChange(before.additional, params.additional_attributes, replacesAdditional);
  if (additional !== undefined) columns.additional = additional;
  return columns;
}

/** Rails' String type: numbers become text, objects and arrays are not permitted (undefined). */
export function castText(value: Json): string | null | undefined {
  if (value === null || typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 't' : 'f';
  return isComposite(value) ? undefined : String(value);
}

/** The desk stores e-mails lower-cased and blank ones as NULL; it trims nothing (contact.rb). */
export function emailOf(email: string | null): string | null {
  return email === null || email.trim() === '' ? null : email.toLowerCase();
}

function castBoolean(value: Json): boolean | null {
  if (value === null || value === '') return null;
  return !FALSE_VALUES.has(value);
}

function attributeChange(before: string, sent: Json | undefined, replaces: boolean): string | undefined {
  if (!isObject(sent)) return undefined;
  const old = attributesOf(before);
  const wanted = replaces ? permitted(sent) : { ...old, ...permitted(sent) };
  return isDeepStrictEqual(old, wanted) ? undefined : stringifyExact(wanted);
}

/** ActionController keeps scalars, objects and arrays of those; an array inside an array is filtered out. */
function permitted(object: JsonObject): JsonObject {
  const kept: JsonObject = {};
  for (const [key, value] of Object.entries(object)) {
    Object.defineProperty(kept, key, {
      value: permittedValue(value),
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return kept;
}

function permittedValue(value: Json): Json {
  if (Array.isArray(value)) {
    return value.filter((item) => !Array.isArray(item)).map((item) => (isObject(item) ? permitted(item) : item));
  }
  return isObject(value) ? permitted(value) : value;
}

function isComposite(value: Json): boolean {
  return typeof value === 'object' && value !== null;
}
