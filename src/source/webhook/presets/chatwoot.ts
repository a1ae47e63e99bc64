import { keyOfId, keyOfRaw, unusable, type WebhookContent, type WebhookEvent } from '../event.ts';
import { flatten, type Values } from '../flatten.ts';
import { anyTime } from '../time.ts';
import { idText, isRecord, own, quoted, type Untrusted } from '../untrusted.ts';
import type { Delivery, Preset } from './preset.ts';

/** What Chatwoot's own account webhooks say of a contact. */
export interface ChatwootEvent {
  /** Chatwoot's contact id, as text. */
  contactId: string;
  kind: 'created' | 'updated';
  /** `updated_at` before the change, epoch ms: the `after` of the event before it, or that one was lost; null: not said. */
  before: number | null;
  /** `updated_at` after it, epoch ms; null: not said. */
  after: number | null;
  /** Names in `changed_attributes`, in their order; none for a new contact. */
  changedKeys: string[];
  /** Nothing but what the desk keeps for itself changed: so it is after every incoming message (chatwoot #11973). */
  bookkeepingOnly: boolean;
  /** The contact as sent. It is read when the event is built and may be newer than what changed. */
  contact: Readonly<Record<string, unknown>>;
}

const BOOKKEEPING: ReadonlySet<string> = new Set([
  'last_activity_at',
  'updated_at',
  'contact_type',
  'location',
  'country_code',
]);

const FIELDS = ['email', 'phone_number', 'identifier', 'name'] as const;

/** Contacts of a Chatwoot account, as its account webhooks send them (`contact_created`, `contact_updated`). */
export const chatwoot: Preset = {
  name: 'chatwoot',
  fields: {
    id: "the contact's id in the account that sent the event, as text",
    contact_id: 'the same',
    email: 'e-mail address',
    phone_number: 'phone number',
    identifier: 'identifier',
    name: 'name',
    'custom.<key>': 'a custom attribute',
    'additional.<key>': 'an additional attribute; what lies deeper with dots',
  },
  map: { email: 'email', phone_number: 'phone_number', identifier: 'identifier', name: 'name' },
  read,
};

/** The event of a body, or null when it is not about a contact or names none. Never throws. */
export function chatwootEventOf(body: unknown): ChatwootEvent | null {
  const event = own(body, 'event');
  const contactId = idText(own(body, 'id'));
  if (!isRecord(body) || contactId === null) return null;
  if (event !== 'contact_created' && event !== 'contact_updated') return null;
  const { event: _event, changed_attributes: listed, account: _account, ...contact } = body;
  const changes = Array.isArray(listed) ? listed.filter(isRecord) : [];
  const changedKeys = [...new Set(changes.flatMap((change) => Object.keys(change)))];
  const time = (name: string) =>
    anyTime(changes.map((change) => own(change, 'updated_at', name)).find((found) => found !== undefined));
  return {
    contactId,
    kind: event === 'contact_created' ? 'created' : 'updated',
    before: time('previous_value'),
    after: time('current_value'),
    changedKeys,
    bookkeepingOnly: changedKeys.length > 0 && changedKeys.every((key) => BOOKKEEPING.has(key)),
    contact,
  };
}

function read({ body, headers, raw }: Delivery): WebhookEvent[] {
  const named = own(body, 'event');
  if (typeof named !== 'string') return [unusable(raw, 0, 'the delivery has no event')];
  const event = chatwootEventOf(body);
  const delivery = idText(headers['x-chatwoot-delivery']);
  return [
    {
      // Before 4.11.2 there is no delivery id; `updated_at` in the body makes the bytes of each change its own.
      key: delivery === null ? keyOfRaw(raw) : keyOfId(delivery),
      observedAt: event?.after ?? null,
      subject: event?.contactId ?? null,
      content: event === null ? otherOf(named) : contentOf(event),
    },
  ];
}

function otherOf(named: string): WebhookContent {
  return named.startsWith('contact_')
    ? { type: 'unusable', why: `${quoted(named)} names no contact (id)` }
    : { type: 'ignored', why: `${quoted(named)} is not about a contact` };
}

function contentOf({ bookkeepingOnly, contact, contactId }: ChatwootEvent): WebhookContent {
  if (bookkeepingOnly) return { type: 'ignored', why: 'only what the desk keeps for itself changed' };
  return { type: 'patch', values: { ...valuesOf(contact), id: contactId, contact_id: contactId } };
}

function valuesOf(contact: Untrusted): Values {
  const { custom_attributes: custom, additional_attributes: additional } = contact;
  return {
    ...flatten(
      Object.fromEntries(FIELDS.filter((name) => Object.hasOwn(contact, name)).map((name) => [name, contact[name]])),
    ),
    ...(isRecord(custom) ? flatten(custom, 'custom.') : {}),
    ...(isRecord(additional) ? flatten(additional, 'additional.') : {}),
  };
}
