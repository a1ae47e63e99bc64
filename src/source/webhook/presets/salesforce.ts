import { keyOfId, unusable, type WebhookContent, type WebhookEvent } from '../event.ts';
import { flatten, type Values } from '../flatten.ts';
import { isoTime } from '../time.ts';
import { idText, isRecord, own, quoted, type Untrusted } from '../untrusted.ts';
import type { Delivery, Preset } from './preset.ts';

/**
 * Salesforce's outbound messages (SOAP). A field that is absent was not selected or is empty, so nothing is said of it.
 * JSON that a flow or Apex posts has the shape its author gave it: use preset generic or json.
 */
export const salesforce: Preset = {
  name: 'salesforce',
  fields: {
    id: 'record id, as sent (18 characters)',
    Email: 'e-mail address',
    Phone: 'phone number, as text with its zeros and its plus',
    Name: 'the whole name',
    FirstName: 'first name',
    LastName: 'last name',
    '<Name>': 'any other field of the message, by its API name (Custom__c); always text',
  },
  map: { Name: 'name', Email: 'email', Phone: 'phone_number' },
  read,
};

function read({ body, raw }: Delivery): WebhookEvent[] {
  const notifications = own(body, 'Envelope', 'Body', 'notifications', 'Notification');
  if (notifications === undefined) {
    return [unusable(raw, 0, 'this is no outbound message of Salesforce: for JSON use preset generic or json')];
  }
  const list = Array.isArray(notifications) ? notifications : [notifications];
  return list.map((one, place) => readOne(one, raw, place));
}

function readOne(notification: unknown, raw: Buffer, place: number): WebhookEvent {
  const id = idText(own(notification, 'Id'));
  if (id === null) return unusable(raw, place, 'the notification has no Id');
  const object = own(notification, 'sObject');
  const subject = idText(textAt(object, 'Id'));
  return {
    key: keyOfId(id),
    observedAt: isoTime(textAt(object, 'LastModifiedDate')),
    subject,
    content: contentOf(object, subject),
  };
}

function contentOf(object: unknown, subject: string | null): WebhookContent {
  if (!isRecord(object)) {
    return { type: 'unusable', why: 'the notification holds no record: it was deleted before it was sent' };
  }
  const named = own(object, '@_type');
  const type = typeof named === 'string' ? named.replace(/^.*:/, '') : undefined;
  if (!isPerson(type, object))
    return { type: 'ignored', why: `the message is about ${quoted(type)}, not about a contact` };
  if (subject === null) return { type: 'unusable', why: 'the record has no Id: select it in the outbound message' };
  const values = valuesOf(object);
  return Object.keys(values).some((name) => name !== 'Id')
    ? { type: 'patch', values: { ...values, id: subject } }
    : { type: 'thin', id: subject };
}

/** A person account is an Account that says so, when the field is selected. */
function isPerson(type: string | undefined, object: Untrusted): boolean {
  if (type === 'Account') return textAt(object, 'IsPersonAccount') === 'true';
  return type === 'Contact' || type === 'Lead';
}

function valuesOf(object: Untrusted): Values {
  const fields = Object.entries(object).filter(([name]) => !name.startsWith('@_'));
  return flatten(Object.fromEntries(fields.map(([name, value]) => [name, plain(value)])));
}

function textAt(object: unknown, name: string): unknown {
  return plain(own(object, name));
}

/** An element with attributes is an object to the parser: a nil one is empty, another one its text or its parts. */
function plain(value: unknown): unknown {
  if (!isRecord(value)) return value;
  const nil = own(value, '@_nil');
  if (nil === 'true' || nil === '1') return null;
  const text = own(value, '#text');
  if (text !== undefined) return text;
  const parts = Object.entries(value).filter(([name]) => !name.startsWith('@_'));
  return Object.fromEntries(parts.map(([name, part]) => [name, plain(part)]));
}
