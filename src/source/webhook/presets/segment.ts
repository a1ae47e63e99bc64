import { keyOfId, keyOfRaw, unusable, type WebhookContent, type WebhookEvent } from '../event.ts';
import { flatten } from '../flatten.ts';
import { isoTime } from '../time.ts';
import { idText, isRecord, own, quoted } from '../untrusted.ts';
import type { Delivery, Preset } from './preset.ts';

/** Segment's webhooks and RudderStack's, which speak the same language: an event or a list of them. */
export const segment: Preset = {
  name: 'segment',
  fields: {
    id: 'userId: the id your application gives the person',
    anonymous_id: 'anonymousId, the id of a browser',
    email: 'trait email',
    phone: 'trait phone',
    name: 'trait name',
    '<trait>': 'any other trait by its name; what lies deeper with dots (address.city)',
  },
  map: { id: 'identifier', email: 'email', phone: 'phone_number', name: 'name' },
  read,
};

function read({ body, raw }: Delivery): WebhookEvent[] {
  return (Array.isArray(body) ? body : [body]).map((event, place) => readOne(event, raw, place));
}

function readOne(event: unknown, raw: Buffer, place: number): WebhookEvent {
  const type = own(event, 'type');
  if (typeof type !== 'string') return unusable(raw, place, 'the event has no type');
  const id = idText(own(event, 'messageId'));
  const subject = idText(own(event, 'userId'));
  return {
    key: id === null ? keyOfRaw(raw, place) : keyOfId(id),
    observedAt: isoTime(own(event, 'timestamp')) ?? isoTime(own(event, 'originalTimestamp')),
    subject,
    content: contentOf(event, type, subject),
  };
}

function contentOf(event: unknown, type: string, subject: string | null): WebhookContent {
  if (type === 'delete') {
    return subject === null ? { type: 'unusable', why: 'delete names nobody (userId)' } : { type: 'deleted' };
  }
  if (type !== 'identify') return { type: 'ignored', why: `${quoted(type)} says nothing about the person's traits` };
  // RudderStack puts the traits of an identify call into its context.
  const places = [own(event, 'context', 'traits'), own(event, 'traits')].filter(isRecord);
  if (places.length === 0) return { type: 'ignored', why: 'identify carries no traits' };
  const anonymous = idText(own(event, 'anonymousId'));
  return {
    type: 'patch',
    values: {
      ...Object.assign({}, ...places.map((traits) => flatten(traits))),
      ...(anonymous === null ? {} : { anonymous_id: anonymous }),
      ...(subject === null ? {} : { id: subject }),
    },
  };
}
