import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sandboxFor } from './client.ts';

test('search for the e-mail of a seeded contact finds whoever holds it as part of a text', async (t) => {
  const { sandbox, send } = await sandboxFor(t, { contacts: 300 });
  const search = async (q: string) => {
    const { payload } = (await send('GET', `/contacts/search?q=${encodeURIComponent(q)}`)).json<{
      payload: { id: number }[];
    }>();
    return payload.map(({ id }) => id);
  };
  assert.deepEqual(await search('contact77@example.com'), [77]);
  assert.deepEqual(await search('CONTACT77@example.com'), [77]);
  assert.deepEqual(await search('tact77@example.com'), [77]);
  assert.deepEqual(await search('contact301@example.com'), []);

  await send('PUT', '/contacts/12', { name: 'was contact77@example.com' });
  await send('PUT', '/contacts/13', { additional_attributes: { company_name: 'contact77@example.com Ltd' } });
  await send('POST', '/contacts', { email: 'old.contact77@example.com' });
  assert.deepEqual(await search('contact77@example.com'), [12, 13, 77, 301]);

  await send('PUT', '/contacts/77', { email: 'other@example.test' });
  assert.deepEqual(await search('contact77@example.com'), [12, 13, 301]);
  await send('DELETE', '/contacts/13');
  sandbox.contacts.edit(77, { email: 'contact77@example.com' });
  assert.deepEqual(await search('contact77@example.com'), [12, 77, 301]);
});
