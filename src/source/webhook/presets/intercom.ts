import { keyOfId, unusable, type WebhookContent, type WebhookEvent } from '../event.ts';
import { flatten, type Values } from '../flatten.ts';
import { secondsTime } from '../time.ts';
import { idText, isRecord, own, quoted, type Untrusted } from '../untrusted.ts';
import type { Delivery, Preset } from './preset.ts';

/** What `type` says of an item that is a contact. */
const KINDS: ReadonlySet<unknown> = new Set(['contact', 'user', 'lead']);

/** Last words of the topics whose item is a contact, whatever it says of itself. */
const KNOWN: ReadonlySet<string> = new Set(['created', 'updated', 'deleted', 'merged']);

/** Intercom's notifications; a contact, user or lead, comes whole. */
export const intercom: Preset = {
  name: 'intercom',
  fields: {
    id: "Intercom's contact id",
    external_id: 'the id your application gives the person',
    role: 'user or lead',
    email: 'e-mail address',
    phone: 'phone number',
    name: 'the whole name',
    'custom.<key>': 'a custom attribute',
    '<name>': 'any other field of the contact; what lies deeper with dots (location.city)',
  },
  map: { name: 'name', email: 'email', phone: 'phone_number' },
  read,
  fetched: valuesOf,
};

function read({ body, raw }: Delivery): WebhookEvent[] {
  const id = idText(own(body, 'id'));
  const topic = own(body, 'topic');
  if (typeof topic !== 'string') return [unusable(raw, 0, 'the notification has no topic')];
  if (id === null && topic !== 'ping') return [unusable(raw, 0, 'the notification has no id')];
  const item = own(body, 'data', 'item');
  const subject = topic.startsWith('contact.') ? idText(own(item, 'id')) : null;
  return [
    {
      // A ping has no id that is promised, and it does not matter which of them was first.
      key: keyOfId(id ?? 'ping'),
      observedAt: secondsTime(own(body, 'created_at')),
      subject,
      content: contentOf(topic, item, subject),
    },
  ];
}

function contentOf(topic: string, item: unknown, subject: string | null): WebhookContent {
  const what = topic.split('.').at(-1) ?? '';
  const kind = own(item, 'type');
  const ignored = { type: 'ignored' as const, why: `topic ${quoted(topic)} does not say what a contact holds` };
  // contact.user.tag.created and the like are about the tag; an archived contact still exists.
  const contact = kind === undefined ? KNOWN.has(what) : KINDS.has(kind);
  if (!topic.startsWith('contact.') || !contact || what.startsWith('archive')) return ignored;
  if (subject === null) return { type: 'unusable', why: 'the notification names no contact (data.item.id)' };
  if (what === 'deleted') return { type: 'deleted' };
  if (what === 'merged' || !isRecord(item)) return { type: 'thin', id: subject };
  return { type: 'patch', values: valuesOf(item, subject) };
}

function valuesOf({ custom_attributes: custom, type: _, ...rest }: Untrusted, subject: string): Values {
  return { ...flatten(rest), ...(isRecord(custom) ? flatten(custom, 'custom.') : {}), id: subject };
}
