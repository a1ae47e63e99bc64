import { keyOfId, keyOfParts, unusable, type WebhookContent, type WebhookEvent } from '../event.ts';
import { flatten, type Values } from '../flatten.ts';
import { isoTime, microsTime, secondsTime } from '../time.ts';
import { idText, isRecord, own, quoted, type Untrusted } from '../untrusted.ts';
import type { Delivery, Preset } from './preset.ts';
import { primaryOf } from './primary.ts';

/** Pipedrive names custom fields by 40 hexadecimal digits; v1 puts them among the others. */
const CUSTOM = /^[0-9a-f]{40}(_\w+)?$/;

/** The last states of a person that Pipedrive sends, in both versions of its webhooks. */
export const pipedrive: Preset = {
  name: 'pipedrive',
  fields: {
    id: "Pipedrive's person id, as text",
    name: 'the whole name',
    first_name: 'first name (v2)',
    last_name: 'last name (v2)',
    email: 'the primary e-mail address, else the first one',
    phone: 'the primary phone number, else the first one',
    org_id: 'id of the organisation',
    org_name: 'name of the organisation (v1)',
    'custom.<key>': 'a custom field, by its 40 digits',
    '<name>': 'any other field of the person; what lies deeper with dots',
  },
  map: { name: 'name', email: 'email', phone: 'phone_number' },
  read,
};

function read({ body, raw }: Delivery): WebhookEvent[] {
  const meta = own(body, 'meta');
  if (!isRecord(meta)) return [unusable(raw, 0, 'the delivery has no meta')];
  return [own(meta, 'entity') === undefined ? readFirst(body, meta) : readSecond(body, meta, raw)];
}

/** v1: the key is made of what does not change with `retry`. */
function readFirst(body: unknown, meta: Untrusted): WebhookEvent {
  const micros = own(meta, 'timestamp_micro');
  const current = own(body, 'current');
  const part = (name: string) => idText(own(meta, name));
  const when = part('timestamp_micro') ?? `${part('timestamp')} ${JSON.stringify(current ?? null)}`;
  const subject = idText(own(meta, 'id')) ?? idText(own(current, 'id'));
  return {
    key: keyOfParts(part('company_id'), part('object'), subject, part('action'), when),
    observedAt:
      microsTime(micros) ?? secondsTime(own(meta, 'timestamp')) ?? isoTime(own(current, 'update_time'), 'utc'),
    subject,
    content: contentOf(own(meta, 'object'), own(meta, 'action'), subject, current),
  };
}

function readSecond(body: unknown, meta: Untrusted, raw: Buffer): WebhookEvent {
  const id = idText(own(meta, 'id'));
  const data = own(body, 'data');
  const subject = idText(own(meta, 'entity_id')) ?? idText(own(data, 'id'));
  const time = own(meta, 'timestamp');
  const event = {
    // The documentation promises ten characters, deliveries hold an ISO time.
    observedAt: isoTime(time) ?? secondsTime(time) ?? isoTime(own(data, 'update_time'), 'utc'),
    subject,
    content: contentOf(own(meta, 'entity'), own(meta, 'action'), subject, data),
  };
  // Without its id the bytes are of no use: `attempt` changes them.
  if (id === null) return unusable(raw, 0, 'the delivery has no event id (meta.id)');
  return { key: keyOfId(id), ...event };
}

function contentOf(object: unknown, action: unknown, subject: string | null, record: unknown): WebhookContent {
  if (object !== 'person') return { type: 'ignored', why: `the event is about ${quoted(object)}, not about a person` };
  if (typeof action !== 'string')
    return { type: 'unusable', why: 'the delivery does not say what happened (meta.action)' };
  if (subject === null) return { type: 'unusable', why: 'the delivery names no person' };
  if (action === 'deleted' || action === 'delete') return { type: 'deleted' };
  if (!['added', 'updated', 'merged', 'create', 'change'].includes(action)) {
    return { type: 'ignored', why: `${quoted(action)} changes no field of the person` };
  }
  if (!isRecord(record)) return { type: 'thin', id: subject };
  return { type: 'patch', values: valuesOf(record, subject) };
}

function valuesOf(record: Untrusted, subject: string): Values {
  const { emails, phones, email = emails, phone = phones, custom_fields: custom, ...rest } = record;
  const entries = Object.entries(flatten(rest)).map(([name, value]) => [
    CUSTOM.test(name) ? `custom.${name}` : name,
    value,
  ]);
  const [address, number] = [primaryOf(email, 'value'), primaryOf(phone, 'value')];
  return {
    ...Object.fromEntries(entries),
    ...(isRecord(custom) ? customOf(custom) : {}),
    ...(address === undefined ? {} : { email: address }),
    ...(number === undefined ? {} : { phone: number }),
    id: subject,
  };
}

/** A custom field of several parts holds its own value under `value`, which then stands under the plain name as well. */
function customOf(custom: Untrusted): Values {
  const values = flatten(custom, 'custom.');
  for (const [name, field] of Object.entries(custom)) {
    const value = values[`custom.${name}.value`];
    if (isRecord(field) && value !== undefined) values[`custom.${name}`] = value;
  }
  return values;
}
