import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sandboxFor } from './client.ts';

const absolute = { absolute: true };

test('the control plane wants the token, is not limited and not logged', async (t) => {
  const { sandbox, send } = await sandboxFor(t, { rateLimit: 1, contacts: 2 });
  const refused = await send('GET', '/_sandbox/counts', undefined, {
    absolute: true,
    headers: { 'api-access-token': 'x' },
  });
  assert.equal(refused.status, 401);
  for (let n = 0; n < 3; n += 1) assert.equal((await send('GET', '/_sandbox/counts', undefined, absolute)).status, 200);
  assert.equal(sandbox.requests.length, 0);
  assert.equal((await send('GET', '/contacts/1')).status, 200);
});

test('faults from outside', async (t) => {
  const { sandbox, send } = await sandboxFor(t, { contacts: 2 });
  const fault = {
    match: { path: '/contacts\\/\\d+/', method: 'PUT' },
    effect: { kind: 'status', status: 502 },
    times: 'always',
  };
  assert.equal((await send('POST', '/_sandbox/faults', fault, absolute)).status, 200);
  assert.equal((await send('PUT', '/contacts/1', { name: 'x' })).status, 502);
  assert.equal((await send('GET', '/contacts/1')).status, 200);
  const bad = await send('POST', '/_sandbox/faults', { effect: { kind: 'explode' } }, absolute);
  assert.equal(bad.status, 400);
  assert.match(bad.text, /effect/);
  assert.equal((await send('GET', '/_sandbox/faults', undefined, absolute)).json<{ struck: number }[]>()[0]?.struck, 1);
  await send('DELETE', '/_sandbox/faults', undefined, absolute);
  assert.equal(sandbox.faults.list().length, 0);
});

test('requests, counts, contacts, switches and reset from outside', async (t) => {
  const { sandbox, send } = await sandboxFor(t, { contacts: 2 });
  await send(
    'PUT',
    '/contacts/1?include_contact_inboxes=false',
    { name: 'x' },
    { headers: { 'x-request-id': 'run 7/row 1' } },
  );
  const [logged] = (await send('GET', '/_sandbox/requests', undefined, absolute)).json() as unknown as Record<
    string,
    unknown
  >[];
  assert.equal(typeof logged?.at, 'number');
  assert.deepEqual(
    { ...logged, at: 0 },
    {
      at: 0,
      method: 'PUT',
      path: '/api/v1/accounts/1/contacts/1',
      query: 'include_contact_inboxes=false',
      status: 200,
      requestId: 'run7row1',
      contactId: 1,
      body: { name: 'x' },
      token: 'administrator',
    },
  );
  const counts = (await send('GET', '/_sandbox/counts', undefined, absolute)).json();
  assert.deepEqual(counts.byRoute, { 'PUT contacts/:id': 1 });
  assert.equal((await send('GET', '/_sandbox/contacts/1', undefined, absolute)).json().name, 'x');
  await send('POST', '/_sandbox/contacts/2', { name: 'by an agent' }, absolute);
  assert.equal(sandbox.contacts.get(2)?.name, 'by an agent');
  await send('POST', '/_sandbox/switches', { version: '4.15', revoked: true }, absolute);
  assert.equal(sandbox.version, '4.15');
  assert.equal((await send('GET', '/contacts')).status, 401);
  await send('POST', '/_sandbox/reset', undefined, absolute);
  assert.notEqual(sandbox.contacts.get(1)?.name, 'x');
  assert.equal(sandbox.requests.length, 0);
  assert.equal((await send('GET', '/contacts')).status, 200);
});
