import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { createServer } from '../../src/serve/server.ts';
import type { Views } from '../../src/serve/views.ts';
import { BLANK } from './blank.ts';

const TOKEN = 'a-token-of-the-operator';

async function listening(t: TestContext, host: string, token?: string, views: Views = BLANK): Promise<string> {
  const app = createServer({
    admit: () => ({ status: 404, body: 'no source' }),
    deliver: async () => ({ status: 200, body: 'ok' }),
    ready: async () => ({ ready: true, why: 'ready' }),
    views,
    operatorToken: token,
    bodyLimit: 1024,
    connections: 10,
    random: () => 0,
  });
  t.after(() => app.close());
  await app.listen({ host, port: 0 });
  const { port } = app.server.address() as AddressInfo;
  assert.ok(port > 0);
  return `http://127.0.0.1:${port}`;
}

async function seen(url: string, path: string, headers: Record<string, string> = {}) {
  const response = await fetch(url + path, { headers });
  return { status: response.status, headers: response.headers, body: await response.text() };
}

test('on loopback the pages are there as they are, and can neither run, load, frame nor keep anything', async (t) => {
  const url = await listening(t, '127.0.0.1');
  const kinds = { '/': 'text/html', '/queues': 'text/html', '/metrics': 'text/plain; version=0.0.4' };
  for (const [path, kind] of Object.entries(kinds)) {
    const { status, headers } = await seen(url, path);
    assert.equal(status, 200, path);
    assert.ok(headers.get('content-type')!.startsWith(kind), `${path}: ${headers.get('content-type')}`);
    assert.match(headers.get('content-security-policy')!, /default-src 'none'.*frame-ancestors 'none'/);
    assert.equal(headers.get('cache-control'), 'no-store');
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
  }
  assert.equal((await seen(url, '/queues')).body, 'the queue');
});

test('elsewhere they are closed without a token and ask for it when there is one; health and deliveries stay open', async (t) => {
  let made = 0;
  const counting: Views = { ...BLANK, page: async () => `${++made}` };
  const closed = await listening(t, '0.0.0.0', undefined, counting);
  const asking = await listening(t, '0.0.0.0', TOKEN, counting);
  for (const path of ['/', '/queues', '/metrics']) {
    const { status, body } = await seen(closed, path, { authorization: 'Bearer ' });
    assert.equal(status, 403);
    assert.match(body, /CONTACT_SYNC_OPERATOR_TOKEN/);
    const asked = await seen(asking, path, { authorization: 'Bearer something-else-entirely' });
    assert.equal(asked.status, 401);
    assert.match(asked.headers.get('www-authenticate')!, /^Basic realm=/);
    assert.ok(!asked.body.includes(TOKEN));
  }
  assert.equal(made, 0, 'nothing is made for whoever may not see it');
  const password = Buffer.from(`me:${TOKEN}`).toString('base64');
  assert.equal((await seen(asking, '/', { authorization: `Basic ${password}` })).body, '1');
  for (const url of [closed, asking]) {
    assert.equal((await seen(url, '/healthz')).status, 200);
    assert.equal((await seen(url, '/readyz')).status, 200);
    const delivered = await fetch(`${url}/webhooks/app`, { method: 'POST', body: '{}' });
    assert.equal(delivered.status, 404, 'the door of deliveries has locks of its own');
  }
});

test('a page that cannot be made is an error in a sentence, not a stack', async (t) => {
  const views: Views = { ...BLANK, page: () => Promise.reject(new Error('hunter2 in a stack')) };
  const { status, body } = await seen(await listening(t, '127.0.0.1', undefined, views), '/');
  assert.equal(status, 503);
  assert.doesNotMatch(body, /hunter2/);
});
