import { keyOfId, unusable, type WebhookContent, type WebhookEvent } from '../event.ts';
import { flatten, type Values } from '../flatten.ts';
import { isoTime } from '../time.ts';
import { idText, isRecord, own, quoted, type Untrusted } from '../untrusted.ts';
import type { Delivery, Preset } from './preset.ts';
import { primaryOf } from './primary.ts';

/** Close's event log as a webhook; the contact comes with its event. */
export const close: Preset = {
  name: 'close',
  fields: {
    id: "Close's contact id (cont_...)",
    lead_id: 'id of the lead the contact belongs to',
    name: 'the whole name',
    email: 'the first e-mail address',
    phone: 'the first phone number',
    title: "the contact's title",
    'custom.<key>': 'a custom field, by its id (cf_...)',
    '<name>': 'any other field of the contact; what lies deeper with dots',
  },
  map: { name: 'name', email: 'email', phone: 'phone_number' },
  read,
};

function read({ body, raw }: Delivery): WebhookEvent[] {
  const event = own(body, 'event');
  const id = idText(own(event, 'id'));
  if (id === null) return [unusable(raw, 0, 'the delivery has no event with an id')];
  const subject = idText(own(event, 'object_id')) ?? idText(own(event, 'data', 'id'));
  return [
    {
      key: keyOfId(id),
      // Close writes its times without a zone and means UTC.
      observedAt: isoTime(own(event, 'date_updated'), 'utc') ?? isoTime(own(event, 'date_created'), 'utc'),
      subject,
      content: contentOf(event, subject),
    },
  ];
}

function contentOf(event: unknown, subject: string | null): WebhookContent {
  const object = own(event, 'object_type');
  const action = own(event, 'action');
  if (object !== 'contact')
    return { type: 'ignored', why: `the event is about ${quoted(object)}, not about a contact` };
  if (subject === null) return { type: 'unusable', why: 'the event names no contact (object_id)' };
  if (action === 'deleted') return { type: 'deleted' };
  if (action !== 'created' && action !== 'updated') {
    return { type: 'ignored', why: `${quoted(action)} changes no field of the contact` };
  }
  const data = own(event, 'data');
  return isRecord(data) ? { type: 'patch', values: valuesOf(data, subject) } : { type: 'thin', id: subject };
}

function valuesOf({ emails, phones, ...rest }: Untrusted, subject: string): Values {
  const [email, phone] = [primaryOf(emails, 'email'), primaryOf(phones, 'phone')];
  return {
    ...flatten(rest),
    ...(email === undefined ? {} : { email }),
    ...(phone === undefined ? {} : { phone }),
    id: subject,
  };
}
