import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rig } from './rig.ts';

test('a CSV of changes becomes PUTs of the fields that differ, and the books balance', async (t) => {
  const { sandbox, file, sync } = await rig(t, { sandbox: { contacts: 30 } });
  const rows = ['email,name,custom_attributes.tier'];
  for (let i = 1; i <= 30; i++)
    rows.push(`contact${i}@example.com,${i === 7 ? 'Someone Else' : (sandbox.contacts.get(i)?.name ?? '')},`);
  const { code, summary, outcomes } = await sync([file('contacts.csv', rows.join('\n'))]);

  assert.equal(code, 0);
  assert.equal(summary.outcomes.updated, 1);
  assert.equal(summary.outcomes.unchanged, 29);
  assert.deepEqual(
    sandbox.requests.filter(({ method }) => method === 'PUT').map(({ contactId, body }) => ({ contactId, body })),
    [{ contactId: 7, body: { name: 'Someone Else' } }],
  );
  assert.equal(sandbox.requests.filter(({ path }) => path.endsWith('/contacts/filter')).length, 2);
  assert.deepEqual(
    outcomes.map(({ row }) => row),
    Array.from({ length: 30 }, (_, i) => i),
  );
});
