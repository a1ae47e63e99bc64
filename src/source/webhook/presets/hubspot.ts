import { keyOfParts, unusable, type WebhookContent, type WebhookEvent } from '../event.ts';
import { flatten, scalarOf } from '../flatten.ts';
import { millisTime } from '../time.ts';
import { idText, isRecord, own, quoted } from '../untrusted.ts';
import type { Delivery, Preset } from './preset.ts';

/** `objectTypeId` of contacts in the generic form of subscriptions. */
const CONTACTS = '0-1';

/** What HubSpot sends instead of a sensitive value. */
const HIDDEN = 'REDACTED';

/** HubSpot's app webhooks (v3): a list of small events, of which a changed property carries its value and the rest an id. */
export const hubspot: Preset = {
  name: 'hubspot',
  fields: {
    id: "HubSpot's record id, as text",
    hs_object_id: 'the same, by the name HubSpot gives it',
    '<property>':
      'the property that changed, by its internal name (firstname, email, phone, lifecyclestage); one an event',
  },
  map: { email: 'email', phone: 'phone_number' },
  read,
  fetched: (properties, id) => ({ ...flatten(properties), id, hs_object_id: id }),
};

function read({ body, raw }: Delivery): WebhookEvent[] {
  if (isRecord(body) && isRecord(own(body, 'properties'))) {
    return [unusable(raw, 0, "this is a workflow's webhook, not an app's: read it with preset json")];
  }
  return (Array.isArray(body) ? body : [body]).map((event, place) => readOne(event, raw, place));
}

function readOne(event: unknown, raw: Buffer, place: number): WebhookEvent {
  // The documentation calls it eventType, deliveries subscriptionType.
  const named = own(event, 'subscriptionType') ?? own(event, 'eventType');
  if (typeof named !== 'string') return unusable(raw, place, 'the event has no subscriptionType');
  const object = own(event, 'objectId');
  const survivor = own(event, 'newObjectId') ?? own(event, 'primaryObjectId');
  const merge = /\.merge$/.test(named);
  const subject = idText(merge ? survivor : object);
  const part = (name: string) => idText(own(event, name));
  return {
    // Never attemptNumber, which rises; eventId alone is not promised to be unique.
    key: keyOfParts(
      part('portalId'),
      named,
      idText(object) ?? subject,
      part('propertyName'),
      part('eventId'),
      part('occurredAt'),
    ),
    observedAt: millisTime(own(event, 'occurredAt')),
    subject,
    content: contentOf(event, named, subject),
  };
}

function contentOf(event: unknown, named: string, subject: string | null): WebhookContent {
  const [object, what] = named.split('.') as [string, string?];
  const type = own(event, 'objectTypeId');
  if (object === 'object' && type === undefined) {
    return { type: 'unusable', why: 'the event does not say of which kind of object it is (objectTypeId)' };
  }
  if (object !== 'contact' && !(object === 'object' && type === CONTACTS)) {
    return { type: 'ignored', why: `${quoted(named)} is not about a contact` };
  }
  if (
    what === 'deletion' ||
    what === 'privacyDeletion' ||
    what === 'creation' ||
    what === 'restore' ||
    what === 'merge'
  ) {
    if (subject === null) return { type: 'unusable', why: `${quoted(named)} names no record` };
    return what.endsWith('eletion') ? { type: 'deleted' } : { type: 'thin', id: subject };
  }
  if (what === 'propertyChange') return changeOf(event, subject);
  return { type: 'ignored', why: `${quoted(named)} changes no property of the contact` };
}

/**
 * Changes that our own writes caused (changeSource INTEGRATION or API) are patches like any other: other integrations
 * write the same way, and an echo is known by its value.
 */
function changeOf(event: unknown, subject: string | null): WebhookContent {
  const name = own(event, 'propertyName');
  const value = own(event, 'propertyValue');
  if (subject === null) return { type: 'unusable', why: 'the event names no record (objectId)' };
  if (typeof name !== 'string' || name === '' || name === '__proto__') {
    return { type: 'unusable', why: 'the event does not say which property changed (propertyName)' };
  }
  if (value === undefined) return { type: 'thin', id: subject };
  if (value === HIDDEN) return { type: 'ignored', why: 'HubSpot hides the value of a sensitive property (REDACTED)' };
  const scalar = scalarOf(value);
  if (scalar === undefined) return { type: 'unusable', why: 'the value of the property is neither text nor number' };
  return { type: 'patch', values: { [name]: scalar, id: subject, hs_object_id: subject } };
}
