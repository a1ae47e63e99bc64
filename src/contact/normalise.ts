import type { Fault } from '../run/reason.ts';
import type { MatchKey } from './change.ts';

/** Characters (code points, as Ruby counts them) that any text column takes (application_record.rb). */
export const MAX_TEXT = 255;

/** Whole-string format, as Devise is set up in Chatwoot (config/initializers/devise.rb, `email_regexp`). */
const EMAIL = /^[^@\s]+@[^@\s]+$/;
/** Stricter than contact.rb, whose pattern is not anchored at the start and lets `tel:+1555` pass. */
const E164 = /^\+[1-9]\d{1,14}$/;
/** Up to 19 digits: what fits a Postgres bigint, or nearly so. */
const CONTACT_ID = /^[1-9]\d{0,18}$/;

/** Trimmed and lower-cased: Chatwoot lower-cases but does not trim, and then refuses the space. */
export function normaliseEmail(text: string): string | Fault {
  const email = text.trim().toLowerCase();
  if (!EMAIL.test(email)) return { reason: 'email-format', detail: 'not one address of the form name@domain' };
  return limitText(email);
}

/** Trimmed, nothing else: to guess a country code is to write to somebody else's phone. */
export function normalisePhone(text: string): string | Fault {
  const phone = text.trim();
  return E164.test(phone) ? phone : { reason: 'phone-format', detail: 'not + and 2 to 15 digits' };
}

export function normaliseId(text: string): string | Fault {
  const id = text.trim();
  return CONTACT_ID.test(id) ? id : { reason: 'id-not-a-number', detail: 'not a positive whole number' };
}

/** Exact: Chatwoot compares identifiers by case and keeps their spaces. Never `""`: see `CLEAR_WHEN_BLANK` in diff.ts. */
export function normaliseIdentifier(text: string): string | Fault {
  if (text === '') return { reason: 'no-match-key', detail: 'an identifier is never empty' };
  return limitText(text);
}

/** The text itself, or `too-long`. */
export function limitText(text: string): string | Fault {
  return isLongerThan(text, MAX_TEXT) ? { reason: 'too-long', detail: `more than ${MAX_TEXT} characters` } : text;
}

/** Counts code points, but only when the number of UTF-16 units leaves a doubt. */
export function isLongerThan(text: string, max: number): boolean {
  if (text.length <= max) return false;
  if (text.length > max * 2) return true;
  return [...text].length > max;
}

const NORMALISERS = {
  id: normaliseId,
  identifier: normaliseIdentifier,
  email: normaliseEmail,
  phone_number: normalisePhone,
} as const satisfies Record<MatchKey, (text: string) => string | Fault>;

/** A match key in the one form in which it is looked up, kept and written. */
export function normaliseKey(key: MatchKey, text: string): string | Fault {
  return NORMALISERS[key](text);
}
