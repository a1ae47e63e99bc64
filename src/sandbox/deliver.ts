import { createHmac, randomUUID } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import { changedText } from './changed.ts';
import type { ContactRecord } from './contact.ts';
import type { ContactEvent, State } from './state.ts';
import type { Timers } from './timers.ts';
import type { Webhook } from './webhooks.ts';

/** One webhook delivery as it went out. */
export interface Delivery {
  event: string;
  contactId: number;
  url: string;
  body: string;
  headers: Record<string, string>;
  /** 0 while under way, and when nobody answered within 5 s. */
  status: number;
}

/** Between the change and its delivery; 35 to 120 ms were observed. */
const DELIVERY_MS = 40;
const TIMEOUT_MS = 5000;

/**
 * Delivers events as the desk does: one attempt, whatever the answer, the body built from the contact as it is by then.
 * 4.15 signs it: `sha256=HMAC(secret, "<timestamp>.<raw body>")`.
 */
export function deliverEvents(state: State, timers: Timers, deliveries: Delivery[]): void {
  state.onEvent = (event) => {
    const webhooks = state.webhooks.list().filter((webhook) => webhook.subscriptions.includes(event.name));
    if (webhooks.length === 0) return;
    const changed = changedText(event);
    timers.after(DELIVERY_MS, () => {
      const contact = state.store.get(event.contact.id) ?? event.contact;
      const body = bodyOf(event, contact, changed, state);
      for (const webhook of webhooks) deliveries.push(send(event, webhook, body, state));
    });
  };
}

function send(event: ContactEvent, webhook: Webhook, body: string, state: State): Delivery {
  const headers = headersOf(webhook, body, state);
  const delivery = { event: event.name, contactId: event.contact.id, url: webhook.url, body, headers, status: 0 };
  const client = webhook.url.startsWith('https:') ? https : http;
  const request = client.request(webhook.url, { method: 'POST', headers, agent: false, timeout: TIMEOUT_MS });
  request.on('response', (response) => {
    delivery.status = response.statusCode ?? 0;
    response.resume();
  });
  request.on('timeout', () => request.destroy());
  // The desk swallows every failure of a delivery.
  request.on('error', () => {});
  request.end(body);
  return delivery;
}

function headersOf(webhook: Webhook, body: string, state: State): Record<string, string> {
  const length = String(Buffer.byteLength(body));
  const plain = { 'content-type': 'application/json', 'content-length': length };
  if (!state.behaviour.signsWebhooks) return { ...plain, 'user-agent': 'rest-client/2.1.0 (linux x86_64) ruby/3.4.4' };
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', webhook.secret).update(`${timestamp}.${body}`).digest('hex');
  return {
    ...plain,
    'user-agent': 'Ruby',
    'x-chatwoot-delivery': randomUUID(),
    'x-chatwoot-timestamp': timestamp,
    'x-chatwoot-signature': `sha256=${signature}`,
  };
}

function bodyOf(event: ContactEvent, contact: ContactRecord, changed: string, state: State): string {
  const tail = event.name === 'contact_updated' ? `,"changed_attributes":${changed}` : '';
  const text =
    `{"account":{"id":${state.account},"name":"Sandbox"},"additional_attributes":${contact.additional},"avatar":"",` +
    `"custom_attributes":${contact.custom},"email":${JSON.stringify(contact.email)},"id":${contact.id},` +
    `"identifier":${JSON.stringify(contact.identifier)},"name":${JSON.stringify(contact.name)},` +
    `"phone_number":${JSON.stringify(contact.phone)},"thumbnail":"","blocked":${contact.blocked},` +
    `"event":"${event.name}"${tail}}`;
  return text.replace(/[<>&\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
