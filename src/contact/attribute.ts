import type { Fault } from '../run/reason.ts';

/** Types a custom attribute can be defined with (custom_attribute_definition.rb, `attribute_display_type`). */
export type AttributeType = 'text' | 'number' | 'currency' | 'percent' | 'link' | 'date' | 'list' | 'checkbox';

/** What the account says about a key of `custom_attributes`. Chatwoot checks no value against it: we have to. */
export interface Definition {
  type: AttributeType | (string & {});
  /** The options of a list. */
  options?: readonly string[];
}

/** By attribute key. */
export type Definitions = ReadonlyMap<string, Definition>;

/** A number as JSON writes it, without an exponent: no leading zeros, which a number would lose. */
const PLAIN_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;
const DATE = /^(\d{4})-(\d{2})-(\d{2})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/;

/**
 * The JSON text for a cell under a defined attribute: number and checkbox as JSON number and boolean, because one text
 * among them makes every filter on that key fail for the whole account (observed on 4.10.0).
 */
export function attributeValue(text: string, definition: Definition | undefined): string | Fault {
  const trimmed = text.trim();
  switch (definition?.type) {
    case 'number':
      // Kept as text: the digits of an integer beyond 2^53 would not survive a JavaScript number.
      return isPlainNumber(trimmed) ? trimmed : { reason: 'not-a-number', detail: 'not a plain decimal number' };
    case 'checkbox':
      return booleanText(trimmed) ?? { reason: 'not-boolean', detail: 'neither true nor false' };
    case 'date':
      return isDate(trimmed) ? JSON.stringify(trimmed) : { reason: 'not-a-date', detail: 'not YYYY-MM-DD' };
    case 'list':
      if (definition.options?.includes(text) === false) {
        return { reason: 'not-an-option', detail: 'not one of the options of the attribute, letter by letter' };
      }
      return JSON.stringify(text);
    default:
      return JSON.stringify(text);
  }
}

export function isPlainNumber(text: string): boolean {
  return PLAIN_NUMBER.test(text);
}

/** `true` or `false` as JSON; undefined for every other text, because the desk takes "no" for true. */
export function booleanText(text: string): 'true' | 'false' | undefined {
  const lower = text.toLowerCase();
  return lower === 'true' || lower === 'false' ? lower : undefined;
}

/** A day that exists, alone or followed by a time. */
export function isDate(text: string): boolean {
  const parts = DATE.exec(text);
  if (parts === null) return false;
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  if (month < 1 || month > 12 || day < 1) return false;
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return day <= (days[month - 1] as number);
}
