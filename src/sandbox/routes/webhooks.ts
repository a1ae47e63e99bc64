import { requireAdministrator } from '../auth.ts';
import { COST } from '../cost.ts';
import { isObject, type Json, type JsonObject } from '../json.ts';
import { empty, Halt, invalid, json, missing } from '../reply.ts';
import type { Webhook } from '../webhooks.ts';
import { answered, type Call, deferred, type Work } from '../work.ts';

/** Events a webhook may subscribe to (webhook.rb, ALLOWED_WEBHOOK_EVENTS). */
const EVENTS = new Set(
  (
    'conversation_status_changed conversation_updated conversation_created contact_created contact_updated ' +
    'message_created message_updated webwidget_triggered inbox_created inbox_updated ' +
    'conversation_typing_on conversation_typing_off'
  ).split(' '),
);
const DEFAULT_EVENTS = [...EVENTS].slice(0, 8);

/** GET webhooks; all of webhooks is for administrators. */
export function listWebhooks(call: Call): Work {
  requireAdministrator(call.role);
  const webhooks = call.state.webhooks.list().map((webhook) => shown(webhook, call));
  return answered(COST.small, json(200, { payload: { webhooks } }));
}

/** POST webhooks */
export function createWebhook(call: Call): Work {
  requireAdministrator(call.role);
  const fields = fieldsOf(call.params);
  const url = typeof fields.url === 'string' ? fields.url : '';
  const subscriptions = Array.isArray(fields.subscriptions) ? fields.subscriptions.map(String) : DEFAULT_EVENTS;
  check(url, subscriptions, undefined, call);
  const name = typeof fields.name === 'string' ? fields.name : null;
  return deferred(COST.create, () => {
    const webhook = call.state.webhooks.add({ name, url, subscriptions });
    return json(200, { payload: { webhook: shown(webhook, call) } });
  });
}

/** PUT and PATCH webhooks/:id */
export function updateWebhook(call: Call): Work {
  requireAdministrator(call.role);
  const webhook = webhookOf(call);
  const fields = fieldsOf(call.params);
  const url = typeof fields.url === 'string' ? fields.url : webhook.url;
  const subscriptions = Array.isArray(fields.subscriptions) ? fields.subscriptions.map(String) : webhook.subscriptions;
  check(url, subscriptions, webhook, call);
  return deferred(COST.create, () => {
    Object.assign(webhook, { url, subscriptions, name: typeof fields.name === 'string' ? fields.name : webhook.name });
    return json(200, { payload: { webhook: shown(webhook, call) } });
  });
}

/** DELETE webhooks/:id */
export function deleteWebhook(call: Call): Work {
  requireAdministrator(call.role);
  const webhook = webhookOf(call);
  return deferred(COST.small, () => {
    call.state.webhooks.remove(webhook.id);
    return empty(200);
  });
}

function check(url: string, subscriptions: string[], self: Webhook | undefined, call: Call): void {
  const faults: { attribute: string; message: string }[] = [];
  const taken = call.state.webhooks.list().some((other) => other !== self && other.url === url);
  if (taken) faults.push({ attribute: 'url', message: 'Url has already been taken' });
  if (!/https?:\/\/[^\s/]/i.test(url)) faults.push({ attribute: 'url', message: 'Url is invalid' });
  if (subscriptions.length === 0 || subscriptions.some((event) => !EVENTS.has(event))) {
    faults.push({ attribute: 'subscriptions', message: 'Subscriptions Invalid events' });
  }
  if (faults.length > 0) throw new Halt(invalid(faults));
}

function fieldsOf(params: JsonObject): JsonObject {
  return isObject(params.webhook) ? params.webhook : params;
}

function webhookOf(call: Call): Webhook {
  const webhook = call.state.webhooks.get(call.id);
  if (!webhook) throw new Halt(missing());
  return webhook;
}

function shown(webhook: Webhook, call: Call): Json {
  const { behaviour, account } = call.state;
  const { id, name, url, subscriptions, secret } = webhook;
  return {
    id,
    ...(behaviour.webhookName ? { name } : {}),
    url,
    account_id: account,
    subscriptions,
    ...(behaviour.signsWebhooks ? { secret } : {}),
  };
}
