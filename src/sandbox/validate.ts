import { attributesOf, attributeText, type ContactRecord } from './contact.ts';
import { Halt, invalid, serverError } from './reply.ts';
import type { ContactStore } from './store.ts';

interface Fault {
  attribute: string;
  message: string;
}

/** Devise's expression: the whole text, so inner and outer spaces fail. */
const EMAIL = /^[^@\s]+@[^@\s]+$/;
/** Not anchored at the start (contact.rb): "tel:+15551230001" passes. */
const PHONE_END = /\+[1-9]\d{1,14}$/;
const MAX_LENGTH = 255;

/**
 * Checks the whole record, as the desk does on every save, in its order: lengths, then e-mail, identifier, phone.
 * `stored` is the row as it is now: `location` and `country_code` are derived only after this check, so a city that is
 * too long passes once and fails every later save.
 */
export function validate(candidate: ContactRecord, stored: ContactRecord | undefined, store: ContactStore): void {
  const faults: Fault[] = [];
  const tooLong = (attribute: string, label: string, value: string | null): void => {
    if (value === null || value.length <= MAX_LENGTH || value.trim() === '' || [...value].length <= MAX_LENGTH) return;
    faults.push({ attribute, message: `${label} is too long (maximum is ${MAX_LENGTH} characters)` });
  };
  tooLong('name', 'Name', candidate.name);
  tooLong('email', 'Email', candidate.email);
  tooLong('phone_number', 'Phone number', candidate.phone);
  tooLong('identifier', 'Identifier', candidate.identifier);
  if (stored && stored.additional.length > MAX_LENGTH) {
    const additional = attributesOf(stored.additional);
    tooLong('location', 'Location', attributeText(additional, 'city'));
    tooLong('country_code', 'Country code', attributeText(additional, 'country'));
  }
  checkEmail(candidate, store, faults);
  checkTaken('identifier', 'Identifier', candidate, store, faults);
  checkPhone(candidate, store, faults);
  if (faults.length > 0) throw new Halt(invalid(faults));
}

/** What the database refuses after validation: a unique index hit (a race, or a second empty identifier). */
export function breaksIndex(candidate: ContactRecord, store: ContactStore): boolean {
  return (['email', 'identifier'] as const).some((field) => {
    const value = candidate[field];
    if (value === null) return false;
    return store.find(field, value).some((other) => other.id !== candidate.id && other[field] === value);
  });
}

function checkEmail(candidate: ContactRecord, store: ContactStore, faults: Fault[]): void {
  if (isBlank(candidate.email)) return;
  checkTaken('email', 'Email', candidate, store, faults);
  if (!EMAIL.test(candidate.email!)) faults.push({ attribute: 'email', message: 'Email Invalid email' });
}

function checkPhone(candidate: ContactRecord, store: ContactStore, faults: Fault[]): void {
  if (isBlank(candidate.phone)) return;
  checkTaken('phone', 'Phone number', candidate, store, faults);
  if (PHONE_END.test(candidate.phone!)) return;
  faults.push({ attribute: 'phone_number', message: 'Phone number should be in e164 format' });
}

function checkTaken(
  field: 'email' | 'identifier' | 'phone',
  label: string,
  candidate: ContactRecord,
  store: ContactStore,
  faults: Fault[],
): void {
  const value = candidate[field];
  if (isBlank(value)) return;
  if (value!.includes('\u0000')) throw new Halt(serverError());
  const taken = store.find(field, value!).some((other) => other.id !== candidate.id && other[field] === value);
  if (taken) {
    const attribute = field === 'phone' ? 'phone_number' : field;
    faults.push({ attribute, message: `${label} has already been taken` });
  }
}

function isBlank(text: string | null): boolean {
  return text === null || text.trim() === '';
}
