import { keyOfId, unusable, type WebhookContent, type WebhookEvent } from '../event.ts';
import { idText, isRecord, own, quoted } from '../untrusted.ts';
import type { Delivery, Preset } from './preset.ts';

/**
 * Attio's webhooks: ids without values or times. Its objects have ids of their own in every workspace, so whether a record
 * is a person shows only when it is fetched, or by the filter of the subscription.
 */
export const attio: Preset = {
  name: 'attio',
  fields: {
    id: "Attio's record id; values come with the record, which has to be fetched",
    '<path>': 'a JSON path in the fetched values, like email_addresses[0].email_address',
  },
  map: {},
  read,
};

function read({ body, headers, raw }: Delivery): WebhookEvent[] {
  const events = own(body, 'events');
  if (!Array.isArray(events)) return [unusable(raw, 0, 'the delivery has no list of events')];
  const delivery = idText(headers['idempotency-key']);
  return events.map((event, place) => {
    const why = 'the header Idempotency-Key is missing: let the proxy pass it on';
    // Two changes of one record have the same bytes: without the header the second would pass for a repetition.
    if (delivery === null) return unusable(raw, place, why);
    const subject = idText(own(event, 'id', 'record_id'));
    const key = keyOfId(place === 0 ? delivery : `${delivery}#${place}`);
    return { key, observedAt: null, subject, content: contentOf(event, subject) };
  });
}

function contentOf(event: unknown, subject: string | null): WebhookContent {
  const type = own(event, 'event_type');
  if (!isRecord(event) || typeof type !== 'string') return { type: 'unusable', why: 'the event has no event_type' };
  if (!['record.created', 'record.updated', 'record.merged', 'record.deleted'].includes(type)) {
    return { type: 'ignored', why: `${quoted(type)} is not about a record` };
  }
  if (subject === null) return { type: 'unusable', why: 'the event names no record (id.record_id)' };
  return type === 'record.deleted' ? { type: 'deleted' } : { type: 'thin', id: subject };
}
