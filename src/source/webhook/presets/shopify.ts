import { keyOfId, keyOfParts, keyOfRaw, unusable, type WebhookContent, type WebhookEvent } from '../event.ts';
import { flatten } from '../flatten.ts';
import { isoTime } from '../time.ts';
import { idText, isRecord, own, quoted } from '../untrusted.ts';
import type { Delivery, Preset } from './preset.ts';

const STATES: ReadonlySet<string> = new Set(['create', 'update', 'enable', 'disable']);

/** Shopify's customer topics; the topic stands in a header, the body is the customer. */
export const shopify: Preset = {
  name: 'shopify',
  fields: {
    id: "Shopify's customer id, as text with all its digits",
    email: 'e-mail address',
    phone: 'phone number',
    first_name: 'first name',
    last_name: 'last name',
    tags: 'tags, parted by commas',
    'default_address.<name>': 'a part of the default address (company, city, country_code)',
    '<name>': 'any other field of the customer; what lies deeper with dots',
  },
  map: { email: 'email', phone: 'phone_number' },
  read,
};

function read({ body, headers, raw }: Delivery): WebhookEvent[] {
  const topic = headers['x-shopify-topic'];
  if (topic === undefined) return [unusable(raw, 0, 'the header X-Shopify-Topic is missing: let the proxy pass it on')];
  const id = idText(own(body, 'id')) ?? idText(own(body, 'customer', 'id'));
  const updated = own(body, 'updated_at');
  const delivery = idText(headers['x-shopify-webhook-id']);
  return [
    {
      // Event-Id is shared by all subscriptions to a topic, so it names no delivery.
      key: delivery === null ? keyOfParts(topic, keyOfRaw(raw)) : keyOfId(delivery),
      observedAt: isoTime(updated) ?? isoTime(headers['x-shopify-triggered-at']),
      subject: id,
      content: contentOf(topic, body, id),
    },
  ];
}

function contentOf(topic: string, body: unknown, id: string | null): WebhookContent {
  const [object, what = ''] = topic.split('/');
  const gone = what === 'delete' || what === 'redact';
  if (object !== 'customers' || !(gone || STATES.has(what))) {
    return { type: 'ignored', why: `topic ${quoted(topic)} does not say what a customer holds` };
  }
  if (id === null) return { type: 'unusable', why: 'the body names no customer (id)' };
  if (gone) return { type: 'deleted' };
  return isRecord(body) ? { type: 'patch', values: { ...flatten(body), id } } : { type: 'thin', id };
}
