import { keyOfFree, unusable, type WebhookContent, type WebhookEvent } from '../event.ts';
import { flatten, type Values } from '../flatten.ts';
import { anyTime } from '../time.ts';
import { idText, isRecord, own, quoted, type Untrusted } from '../untrusted.ts';
import type { Delivery, Preset } from './preset.ts';

const MOST_EVENTS = 500;

/**
 * The contract for senders that can be told what to send (n8n, Zapier, Make, scripts): one event or a list of at most 500,
 * `{"id","type":"contact.upserted|contact.deleted","occurredAt","contact":{"externalId","email","phone","name",
 * "customAttributes":{}}}`. A key that is absent or holds an empty text says nothing (form builders send the fields nobody
 * filled in as empty texts), null clears.
 */
export const generic: Preset = {
  name: 'generic',
  fields: {
    id: "externalId: the sender's id of the contact, as text",
    email: 'e-mail address',
    phone: 'phone number',
    name: 'the whole name',
    'custom.<key>': 'a key of customAttributes',
    '<name>': 'any other key of contact; what lies deeper with dots',
  },
  map: { id: 'identifier', email: 'email', phone: 'phone_number', name: 'name' },
  read,
};

function read({ body, headers, raw }: Delivery): WebhookEvent[] {
  const events = Array.isArray(body) ? body : [body];
  if (events.length > MOST_EVENTS) {
    return [unusable(raw, 0, `the list has more than ${MOST_EVENTS} events: send fewer at a time`)];
  }
  return events.map((event, place) => {
    const contact = own(event, 'contact');
    const subject = idText(own(contact, 'externalId'));
    return {
      key: keyOfFree(idText(own(event, 'id')), headers, raw, place),
      observedAt: anyTime(own(event, 'occurredAt')),
      subject,
      content: contentOf(own(event, 'type'), contact, subject),
    };
  });
}

function contentOf(type: unknown, contact: unknown, subject: string | null): WebhookContent {
  if (typeof type !== 'string') {
    return { type: 'unusable', why: 'the event has no type: send "contact.upserted" or "contact.deleted"' };
  }
  if (type !== 'contact.upserted' && type !== 'contact.deleted') {
    return { type: 'ignored', why: `${quoted(type)} is not about a contact` };
  }
  if (!isRecord(contact)) return { type: 'unusable', why: 'the event has no object "contact": send one' };
  if (type === 'contact.deleted') {
    return subject === null
      ? { type: 'unusable', why: 'the event does not say who is gone: send contact.externalId' }
      : { type: 'deleted' };
  }
  const values = valuesOf(contact, subject);
  return Object.keys(values).length === 0
    ? { type: 'unusable', why: 'the contact holds nothing: send the fields that changed' }
    : { type: 'patch', values };
}

/** Names of a contact that are no values of it. */
const APART = new Set(['customAttributes', 'externalId']);

function valuesOf(contact: Untrusted, subject: string | null): Values {
  const values = flatten(filled(contact, APART));
  const custom = own(contact, 'customAttributes');
  if (isRecord(custom)) Object.assign(values, flatten(filled(custom), 'custom.'));
  if (subject !== null) values.id = subject;
  return values;
}

/** Without the empty texts, at any depth; an empty list is meant. */
function filled(object: Untrusted, apart?: ReadonlySet<string>): Untrusted {
  const kept: Untrusted = {};
  for (const name of Object.keys(object)) {
    const value = object[name];
    if (value === '' || apart?.has(name)) continue;
    kept[name] = isRecord(value) ? filled(value) : value;
  }
  return kept;
}
