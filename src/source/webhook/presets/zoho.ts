import { keyOfParts, keyOfRaw, unusable, type WebhookContent, type WebhookEvent } from '../event.ts';
import { flatten } from '../flatten.ts';
import { isoTime, millisTime } from '../time.ts';
import { idText, isRecord, own, quoted, type Untrusted } from '../untrusted.ts';
import type { Delivery, Preset } from './preset.ts';

const MODULES: ReadonlySet<unknown> = new Set(['Contacts', 'Leads']);

/** What the author of a workflow's webhook is likely to call the record id. */
const ID_NAMES = ['id', 'Id', 'record_id', 'Record_Id', 'Record Id'];

/** Zoho CRM: notifications, which carry ids, and the webhooks of workflows, which carry what their author chose. */
export const zoho: Preset = {
  name: 'zoho',
  fields: {
    id: "Zoho's record id, as text: parameter id or record_id of the workflow's webhook",
    Modified_Time: 'when the record was changed, ISO-8601 with its zone: send it, it orders the changes',
    Email: 'e-mail address',
    Phone: 'phone number',
    Full_Name: 'the whole name',
    '<parameter>': "any other parameter of the workflow's webhook, by the name its author gave it",
  },
  map: { Full_Name: 'name', Email: 'email', Phone: 'phone_number' },
  read,
};

function read({ body, raw }: Delivery): WebhookEvent[] {
  if (!isRecord(body)) return [unusable(raw, 0, 'the body is no object')];
  const ids = own(body, 'ids');
  return ids === undefined ? [readWorkflow(body, raw)] : readNotification(body, ids, raw);
}

/** One event a record. The channel and its token are how the sender is known and are not passed on. */
function readNotification(body: Untrusted, ids: unknown, raw: Buffer): WebhookEvent[] {
  if (!Array.isArray(ids)) return [unusable(raw, 0, 'the notification has no list of ids')];
  const [module, operation, time] = ['module', 'operation', 'server_time'].map((name) => own(body, name));
  return ids.map((given, place) => {
    const id = idText(given);
    if (id === null) return unusable(raw, place, 'an id of the notification is neither text nor number');
    const when = idText(time);
    return {
      key: when === null ? keyOfRaw(raw, place) : keyOfParts(idText(module), idText(operation), id, when),
      observedAt: millisTime(time),
      subject: id,
      content: contentOf(module, operation, id),
    };
  });
}

function contentOf(module: unknown, operation: unknown, id: string): WebhookContent {
  if (!MODULES.has(module))
    return { type: 'ignored', why: `the notification is about ${quoted(module)}, not about contacts` };
  return operation === 'delete' ? { type: 'deleted' } : { type: 'thin', id };
}

/** A parameter that is there and empty says that the field is empty: its author chose to send it. */
function readWorkflow(body: Untrusted, raw: Buffer): WebhookEvent {
  const { token: _token, channel_id: _channel, ...said } = body;
  const id = ID_NAMES.map((name) => idText(own(said, name))).find((found) => found !== null) ?? null;
  const values = flatten(said);
  if (Object.keys(values).length === 0)
    return unusable(raw, 0, 'the webhook carries no parameters: add merge fields to it');
  return {
    key: keyOfRaw(raw),
    observedAt: isoTime(own(said, 'Modified_Time')),
    subject: id,
    content: { type: 'patch', values: { ...values, ...(id === null ? {} : { id }) } },
  };
}
