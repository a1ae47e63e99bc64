import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rig } from './rig.ts';

test('the same contact twice in one batch: the last word wins field by field, in one write', async (t) => {
  const { sandbox, file, sync } = await rig(t, { sandbox: { contacts: 3 } });
  const { code, outcomes, stderr } = await sync([
    file(
      'twice.csv',
      [
        'email,name,custom_attributes.seats,custom_attributes.plan',
        'contact1@example.com,First,11,',
        'contact2@example.com,Between,,',
        'CONTACT1@example.com,Last,,team',
        // Back to what the desk holds: the row before it must not be written.
        'contact3@example.com,Other,,',
        `contact3@example.com,${sandbox.contacts.get(3)!.name},,`,
      ].join('\n'),
    ),
  ]);
  assert.equal(code, 0, stderr);
  assert.deepEqual(
    outcomes.map(({ line, outcome, reason, contact_id }) => [line, outcome, reason, contact_id]),
    [
      [2, 'merged', 'folded-into-newer', 1],
      [3, 'updated', null, 2],
      [4, 'updated', null, 1],
      [5, 'merged', 'folded-into-newer', 3],
      [6, 'unchanged', null, 3],
    ],
  );
  assert.deepEqual(
    sandbox.requests.filter(({ contactId }) => contactId === 1).map(({ body }) => body),
    [{ name: 'Last', custom_attributes: { seats: 11, plan: 'team' } }],
  );
  assert.equal(sandbox.requests.filter(({ contactId }) => contactId === 3).length, 0);
});

test('the same contact far apart, by one key and by another: never two writes at once, and the last word stays', async (t) => {
  const { sandbox, file, sync } = await rig(t, { sandbox: { contacts: 60, latencyMs: 15 } });
  const rows = ['id,email,name'];
  for (let i = 1; i <= 60; i++) {
    rows.push(
      i % 12 === 0
        ? `7,,Word ${i}`
        : i % 12 === 6
          ? `,contact7@example.com,Word ${i}`
          : `,contact${i}@example.com,N ${i}`,
    );
  }
  const { code, outcomes, summary, stderr } = await sync([file('apart.csv', rows.join('\n')), '--concurrency', '8']);
  assert.equal(code, 0, stderr);
  assert.equal(sandbox.contacts.get(7)?.name, 'Word 60');
  assert.equal(sandbox.requests.length > 0 && sandbox.maxInFlight > 1, true, 'several contacts were in flight at once');
  // The sandbox counts writes of one contact: more than one at a time would lose attributes on a real desk.
  const { maxInFlightPerContact } = sandbox;
  assert.equal(maxInFlightPerContact, 1);
  const seven = outcomes.filter(({ contact_id }) => contact_id === 7);
  assert.equal(seven.length, 11);
  assert.ok(seven.every(({ outcome }) => ['updated', 'merged', 'unchanged', 'stale'].includes(outcome)));
  assert.equal(new Set(seven.map(({ line }) => line)).size, 11, 'each row has its own line');
  assert.equal(summary.rows, 60);
  const words = sandbox.requests
    .filter(({ contactId, method }) => contactId === 7 && method === 'PUT')
    .map(({ body }) => Number((body as { name: string }).name.replace(/\D+/, '')));
  assert.deepEqual(
    words,
    words.toSorted((a, b) => a - b),
    'an older word is never written after a newer one',
  );
});
