import type { Fault } from '../run/reason.ts';
import { attributeValue, booleanText, type Definitions } from './attribute.ts';
import { attributeOf } from './field.ts';
import { isLongerThan, limitText, MAX_TEXT, normaliseEmail, normaliseIdentifier, normalisePhone } from './normalise.ts';
import { isWebAddress } from './web-address.ts';

/** Keys of `additional_attributes` that Chatwoot copies into columns of 255 characters (contacts/sync_attributes.rb). */
const LOCATION_KEYS: ReadonlySet<string> = new Set(['city', 'country']);

/**
 * The JSON text to send for a filled cell, or why it must not be sent. Everything that Chatwoot would refuse, answer
 * with a server error or misread is caught here, because a refusal costs the desk as much as an update.
 */
export function fieldValue(field: string, text: string, definitions?: Definitions): string | Fault {
  switch (field) {
    case 'name':
      return toJson(limitText(text));
    case 'email':
      return toJson(normaliseEmail(text));
    case 'phone_number':
      return toJson(normalisePhone(text));
    case 'identifier':
      return toJson(normaliseIdentifier(text));
    case 'blocked':
      return booleanText(text.trim()) ?? { reason: 'not-boolean', detail: 'neither true nor false' };
    case 'avatar_url':
      return toJson(avatarUrl(text));
  }
  const attribute = attributeOf(field);
  if (attribute === undefined) throw new Error(`${field} is no field of a contact. Correct the mapping that names it.`);
  if (attribute.object === 'custom_attributes') return attributeValue(text, definitions?.get(attribute.key));
  // Accepted once, such a value makes every later update of the contact fail, the repairing one too (observed on 4.10.0).
  if (LOCATION_KEYS.has(attribute.key) && isLongerThan(text, MAX_TEXT)) {
    return { reason: 'location-too-long', detail: `more than ${MAX_TEXT} characters` };
  }
  return JSON.stringify(text);
}

/** Why a field cannot be cleared; undefined for those that can. */
export function clearFault(field: string): Fault | undefined {
  // null is answered with a server error (observed on 4.10.0).
  if (field === 'blocked') return { reason: 'not-boolean', detail: 'cannot be cleared, only set to true or false' };
  // contacts_controller.rb starts the avatar job for a present URL only: null would change nothing, silently.
  if (field === 'avatar_url') return { reason: 'url-format', detail: 'an avatar cannot be cleared, only replaced' };
  return undefined;
}

/** A character that no value may hold: NUL is a server error for ever, a lone surrogate makes the request unreadable. */
export function textFault(text: string): Fault | undefined {
  if (text.includes('\0')) return { reason: 'nul-byte' };
  return /\p{Surrogate}/u.test(text) ? { reason: 'bad-text', detail: 'half of a surrogate pair' } : undefined;
}

function avatarUrl(text: string): string | Fault {
  const url = text.trim();
  if (isWebAddress(url)) return url;
  return { reason: 'url-format', detail: 'not a complete http or https address' };
}

function toJson(checked: string | Fault): string | Fault {
  return typeof checked === 'string' ? JSON.stringify(checked) : checked;
}
