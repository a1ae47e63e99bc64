import { createHash } from 'node:crypto';
import type { Change, MatchKey } from '../contact/change.ts';

const PREFIX = 'new:';

/**
 * The name under which a contact that does not exist yet has its mailbox and its one job: the match key that decides. So
 * rows of one new contact meet, and only one worker at a time may create it. Undefined for a change that decides by id:
 * Chatwoot gives ids, nobody else.
 */
export function newContact(change: Change): string | undefined {
  const key = change.match.find((one) => change.keys[one] !== undefined);
  if (key === undefined || key === 'id') return undefined;
  return nameOf(key, change.keys[key]!);
}

function nameOf(key: MatchKey, value: string): string {
  // The value is personal, and a name stands in keys of Redis.
  return `${PREFIX}${key}:${createHash('sha256').update(value).digest('base64url').slice(0, 22)}`;
}

/** The match key under which a contact is to be created. */
export function keyOfNew(contact: string): Exclude<MatchKey, 'id'> {
  return contact.split(':')[1] as Exclude<MatchKey, 'id'>;
}

/** Whether a mailbox is that of a contact which is still to be created. */
export function isNewContact(contact: string): boolean {
  return contact.startsWith(PREFIX);
}

/** How a contact or a batch is called in a log: whose phone number a hash stands for can be found by trying them all. */
export function loggableName(subject: string): string {
  return isNewContact(subject) ? `new contact by ${keyOfNew(subject)}` : subject;
}
