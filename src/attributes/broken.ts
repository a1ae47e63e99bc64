import type { Answer, NetworkFault } from '../chatwoot/answer.ts';
import { isDate } from '../contact/attribute.ts';
import { type Json, numberText } from '../contact/json.ts';
import type { LiveContact } from '../contact/live.ts';

/**
 * Types whose filter casts what the contacts hold (filter_service.rb), and a text that each can be cast from. One value in
 * the account that cannot be cast fails every filter on the key; so does a filter value that is no text (both observed on
 * 4.10.0).
 */
const CASTS: Record<string, { from: string; takes: (text: string) => boolean }> = {
  number: { from: '0', takes: isNumeric },
  date: { from: '2000-01-01', takes: isDay },
  checkbox: { from: 'true', takes: isBoolean },
};

/** The body of a filter that works unless the filter of the key is broken; undefined for types that cannot break. */
export function probeBody(key: string, type: string): string | undefined {
  const cast = Object.hasOwn(CASTS, type) ? CASTS[type] : undefined;
  if (cast === undefined) return undefined;
  return JSON.stringify({
    payload: [{ attribute_key: key, filter_operator: 'equal_to', values: [cast.from], query_operator: null }],
  });
}

/** What a probe says of the filter; undefined when it says nothing. */
export function probed(answer: Answer | NetworkFault): 'works' | 'broken' | undefined {
  if (answer.type === 'fault' || answer.mediaType !== 'application/json') return undefined;
  if (answer.status === 200) return 'works';
  return answer.status === 500 ? 'broken' : undefined;
}

/**
 * Whether a contact's value breaks the filter of a key of that type. Postgres reads more spellings of a date than one can
 * tell without it: of dates everything but the ISO form counts as breaking.
 */
export function breaks(contact: LiveContact, key: string, type: string): boolean {
  const value = Object.hasOwn(contact.custom_attributes, key) ? contact.custom_attributes[key] : null;
  const cast = CASTS[type];
  if (cast === undefined || value === null || value === undefined) return false;
  const text = textOf(value);
  return text === undefined || !cast.takes(text.trim());
}

/** As Postgres' `->>` gives it; undefined for objects and arrays, which no type takes. */
function textOf(value: Json): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'boolean' ? String(value) : numberText(value);
}

function isDay(text: string): boolean {
  const iso = /^\d{8}$/.test(text) ? text.replace(/^(....)(..)(..)$/, '$1-$2-$3') : text;
  return isDate(iso) && !Number.isNaN(Date.parse(iso));
}

function isNumeric(text: string): boolean {
  return /^(?:[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|nan|[+-]?inf(?:inity)?)$/i.test(text);
}

/** Any unambiguous beginning of true, false, yes, no, on, off, and 1 and 0. */
function isBoolean(text: string): boolean {
  return /^(?:t(?:r(?:ue?)?)?|f(?:a(?:l(?:se?)?)?)?|y(?:es?)?|no?|on|off?|1|0)$/i.test(text);
}
