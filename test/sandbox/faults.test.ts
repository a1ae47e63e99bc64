import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { sandboxFor } from './client.ts';

test('a status is answered without the desk working, as often as asked', async (t) => {
  const { sandbox, send } = await sandboxFor(t, { contacts: 3 });
  const fault = sandbox.faults.add({
    match: { method: 'PUT', contactId: 2 },
    effect: { kind: 'status', status: 503, json: { error: 'busy' }, headers: { 'retry-after': '7' } },
    times: 2,
  });
  assert.equal((await send('PUT', '/contacts/1', { name: 'One' })).status, 200);
  const struck = await send('PUT', '/contacts/2', { name: 'Two' });
  assert.deepEqual([struck.status, struck.text, struck.headers['retry-after']], [503, '{"error":"busy"}', '7']);
  assert.equal((await send('PUT', '/contacts/2', { name: 'Two' })).status, 503);
  assert.notEqual(sandbox.contacts.get(2)?.name, 'Two');
  assert.equal((await send('PUT', '/contacts/2', { name: 'Two' })).status, 200);
  assert.equal(fault.struck, 2);
});

test('500 after applying: the answer lies, the change is there', async (t) => {
  const { sandbox, send } = await sandboxFor(t, { contacts: 1 });
  sandbox.faults.add({ effect: { kind: 'status', status: 500, applied: true } });
  const answer = await send('PUT', '/contacts/1', { name: 'Kept' });
  assert.deepEqual([answer.status, answer.json()], [500, { status: 500, error: 'Internal Server Error' }]);
  assert.equal(sandbox.contacts.get(1)?.name, 'Kept');
});

test('resets before and after applying', async (t) => {
  const { sandbox, send } = await sandboxFor(t, { contacts: 1 });
  sandbox.faults.add({ effect: { kind: 'reset' } });
  await assert.rejects(send('PUT', '/contacts/1', { name: 'Lost' }), { code: 'ECONNRESET' });
  assert.notEqual(sandbox.contacts.get(1)?.name, 'Lost');
  sandbox.faults.add({ effect: { kind: 'reset', applied: true } });
  await assert.rejects(send('PUT', '/contacts/1', { name: 'Kept' }), { code: 'ECONNRESET' });
  assert.equal(sandbox.contacts.get(1)?.name, 'Kept');
  assert.equal(sandbox.counts.byStatus[0], 2);
  assert.equal(sandbox.inFlight, 0);
});

test('HTML pages, also with 200', async (t) => {
  const { sandbox, send } = await sandboxFor(t);
  sandbox.faults.add({ effect: { kind: 'html', status: 200 } });
  const answer = await send('GET', '/contacts');
  assert.deepEqual([answer.status, answer.headers['content-type']], [200, 'text/html']);
  assert.match(answer.text, /<html>/);
});

test('a hanging request gets no answer, others do', async (t) => {
  const { sandbox, send } = await sandboxFor(t, { contacts: 2 });
  sandbox.faults.add({ match: { contactId: 1 }, effect: { kind: 'hang', applied: true } });
  const hanging = send('PUT', '/contacts/1', { name: 'Hung' }).catch((error: Error) => error);
  assert.equal((await send('PUT', '/contacts/2', { name: 'Two' })).status, 200);
  assert.equal(sandbox.inFlight, 1);
  assert.equal(sandbox.contacts.get(1)?.name, 'Hung');
  await sandbox.close();
  assert.ok((await hanging) instanceof Error);
});

test('the n-th request, a path, and a slow body', async (t) => {
  const { sandbox, send } = await sandboxFor(t, { contacts: 1 });
  sandbox.faults.add({ match: { path: /labels$/, nth: 2 }, effect: { kind: 'rate-limit', retryAfter: 3 } });
  assert.equal((await send('GET', '/contacts/1/labels')).status, 200);
  const second = await send('GET', '/contacts/1/labels');
  assert.deepEqual([second.status, second.text, second.headers['retry-after']], [429, 'Retry later\n', '3']);
  assert.equal((await send('GET', '/contacts/1/labels')).status, 200);
  sandbox.faults.add({ effect: { kind: 'slow', ms: 80 } });
  const started = performance.now();
  assert.equal((await send('GET', '/contacts/1')).json<{ payload: { id: number } }>().payload.id, 1);
  assert.ok(performance.now() - started > 60);
});

test('an outage cuts connections, or shows a proxy’s page, and ends', async (t) => {
  const { sandbox, send } = await sandboxFor(t, { contacts: 1 });
  sandbox.outage(60_000);
  await assert.rejects(send('GET', '/contacts/1'));
  sandbox.outage(40, 502);
  assert.equal((await send('GET', '/contacts/1')).status, 502);
  await sleep(50);
  assert.equal((await send('GET', '/contacts/1')).status, 200);
});

test('without Redis a PUT is 500 and written, a create is 500 and not; GET /api says so', async (t) => {
  const { sandbox, send } = await sandboxFor(t, { contacts: 1 });
  sandbox.breakPart('redis');
  assert.equal((await send('PUT', '/contacts/1', { name: 'Kept' })).status, 500);
  assert.equal(sandbox.contacts.get(1)?.name, 'Kept');
  assert.equal((await send('POST', '/contacts', { name: 'New' })).status, 500);
  assert.equal(sandbox.contacts.count, 1);
  assert.equal((await send('GET', '/api', undefined, { absolute: true })).json().queue_services, 'failing');
  sandbox.breakPart('postgres');
  assert.equal((await send('PUT', '/contacts/1', { name: 'Not kept' })).status, 500);
  assert.equal(sandbox.contacts.get(1)?.name, 'Kept');
  sandbox.breakPart(null);
  assert.equal((await send('PUT', '/contacts/1', { name: 'Again' })).status, 200);
});

test('a revoked token is unknown until it is restored', async (t) => {
  const { sandbox, send } = await sandboxFor(t);
  sandbox.revokeToken();
  const answer = await send('GET', '/contacts');
  assert.deepEqual([answer.status, answer.json()], [401, { error: 'Invalid Access Token' }]);
  sandbox.restoreToken();
  assert.equal((await send('GET', '/contacts')).status, 200);
});
