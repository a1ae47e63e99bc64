import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { read } from '../contract/scenario.ts';
import { sandboxFor } from './client.ts';

interface Received {
  headers: http.IncomingHttpHeaders;
  body: string;
}

const signatureOf = (secret: string, timestamp: string, body: string): string =>
  `sha256=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`;

/** A listener that answers 500, and the next delivery it gets. */
async function listener(t: TestContext): Promise<{ url: string; next: () => Promise<Received>; received: Received[] }> {
  const received: Received[] = [];
  let wake: (() => void) | undefined;
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    received.push({ headers: request.headers, body: Buffer.concat(chunks).toString('utf8') });
    response.writeHead(500).end();
    wake?.();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  let taken = 0;
  const next = async (): Promise<Received> => {
    while (received.length <= taken) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    taken += 1;
    return received[taken - 1]!;
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, next, received };
}

test('the recorded deliveries carry the signature the sandbox makes', () => {
  const { secret, deliveries } = read<{
    secret: string;
    deliveries: { headers: Record<string, string>; body: string }[];
  }>('webhooks-4.15.1.json');
  assert.equal(deliveries.length, 6);
  for (const { headers, body } of deliveries) {
    assert.equal(signatureOf(secret, headers['x-chatwoot-timestamp']!, body), headers['x-chatwoot-signature']);
  }
});

test('4.15 signs; one attempt; updates form a chain; a no-op is silent', async (t) => {
  const { sandbox, send } = await sandboxFor(t, { version: '4.15' });
  const { url, next, received } = await listener(t);
  const subscriptions = ['contact_created', 'contact_updated'];
  const created = await send('POST', '/webhooks', { webhook: { url, subscriptions } });
  const { secret } = (created.json().payload as { webhook: { secret: string } }).webhook;

  await send('POST', '/contacts', { name: 'Größe <&>', email: 'ann@example.com' });
  const first = await next();
  assert.match(first.body, /"name":"Größe \\u003c\\u0026\\u003e"/);
  assert.equal(
    first.headers['x-chatwoot-signature'],
    signatureOf(secret, String(first.headers['x-chatwoot-timestamp']), first.body),
  );
  assert.ok(first.headers['x-chatwoot-delivery']);
  assert.equal(JSON.parse(first.body).event, 'contact_created');
  assert.equal('changed_attributes' in JSON.parse(first.body), false);

  await send('PUT', '/contacts/1', undefined, { raw: '{"custom_attributes":{"n":9007199254740993}}' });
  await send('PUT', '/contacts/1', undefined, { raw: '{"custom_attributes":{"n":9007199254740993}}' });
  await send('PUT', '/contacts/1', { name: 'Ann' });
  const second = await next();
  const third = await next();
  assert.match(second.body, /"current_value":\{"n":9007199254740993\}/);
  const updatedAt = (delivery: Received) => {
    const changes = JSON.parse(delivery.body).changed_attributes as Record<
      string,
      { previous_value: string; current_value: string }
    >[];
    return changes.find((change) => change.updated_at)!.updated_at!;
  };
  assert.equal(updatedAt(second).current_value, updatedAt(third).previous_value);
  assert.equal(received.length, 3);
  assert.equal(sandbox.deliveries.length, 3);
});

test('4.10 does not sign', async (t) => {
  const { sandbox, send } = await sandboxFor(t, { contacts: 1 });
  const { url, next } = await listener(t);
  await send('POST', '/webhooks', { webhook: { url, subscriptions: ['contact_updated'] } });
  sandbox.contacts.edit(1, { name: 'By an agent' });
  const delivery = await next();
  assert.equal(delivery.headers['x-chatwoot-signature'], undefined);
  assert.equal(JSON.parse(delivery.body).name, 'By an agent');
});
