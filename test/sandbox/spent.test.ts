import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COST, scanMs } from '../../src/sandbox/cost.ts';
import { sandboxFor } from './client.ts';

test('desk time is counted by route without anybody waiting for it, and updates that change something apart', async (t) => {
  const { sandbox, send } = await sandboxFor(t, { contacts: 200 });
  const plan = (value: string) => ({ custom_attributes: { plan: value } });
  for (const value of ['gold', 'gold', 'silver'])
    await send('PUT', '/contacts/7?include_contact_inboxes=false', plan(value));
  await send('PUT', '/contacts/8', plan('gold'));
  await send('GET', '/contacts/search?q=nobody');
  await send('GET', '/contacts/9');
  assert.deepEqual(sandbox.spent, {
    msByRoute: {
      'PUT contacts/:id': 3 * COST.put + COST.putNothing + COST.inboxes,
      'GET contacts/search': scanMs(200),
      'GET contacts/:id': COST.show,
    },
    changedByRoute: { 'PUT contacts/:id': 3 },
  });
  sandbox.reset();
  assert.deepEqual(sandbox.spent, { msByRoute: {}, changedByRoute: {} });
});

test('a request that is refused at the limit costs no desk time', async (t) => {
  const { sandbox, send } = await sandboxFor(t, { contacts: 1, searchLimit: 1 });
  for (let n = 0; n < 3; n += 1) await send('GET', '/contacts/search?q=nobody');
  assert.equal(sandbox.spent.msByRoute['GET contacts/search'], scanMs(1));
});
