import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Summary } from '../../src/run/summary.ts';
import { outcomesIn, type Rig, rig, until } from './rig.ts';

/** Merges a contact into another as an agent does. */
async function merge({ sandbox }: Rig, base: number, mergee: number): Promise<void> {
  const response = await fetch(`${sandbox.url}/api/v1/accounts/${sandbox.account}/actions/contact_merge`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'api-access-token': 'T' },
    body: JSON.stringify({ base_contact_id: base, mergee_contact_id: mergee }),
  });
  assert.equal(response.status, 200);
}

/** Runs a sync whose first PUT to each of the given contacts waits on its way until something was done there. */
async function syncMeanwhile(world: Rig, csv: string, ids: readonly number[], something: () => Promise<void>) {
  const { sandbox, file, start } = world;
  // Half a second on the way: what happens meanwhile happens before the desk looks at it.
  for (const contactId of ids)
    sandbox.faults.add({ match: { method: 'PUT', contactId }, effect: { kind: 'delay', ms: 500 } });
  const { ended } = start(['sync', file('contacts.csv', csv), '--json', '--concurrency', '4']);
  const puts = () => sandbox.requests.filter(({ method }) => method === 'PUT').length;
  await until('the writes are on their way', () => puts() >= ids.length);
  await something();
  const { code, stdout, stderr } = await ended;
  assert.notEqual(stdout, '', stderr);
  const summary = JSON.parse(stdout) as Summary;
  return { code, summary, outcomes: outcomesIn(summary.report_dir) };
}

test('a contact that is merged away before its write is looked up once more, and the survivor is written', async (t) => {
  const world = await rig(t, { sandbox: { contacts: 3 } });
  const { sandbox } = world;
  const { id } = sandbox.contacts.add({ name: 'Survivor', phone_number: '+15559990000' });
  const csv = ['email,name,custom_attributes.seats', 'contact1@example.com,New,77', 'contact2@example.com,Two,'];
  const { code, summary, outcomes } = await syncMeanwhile(world, csv.join('\n'), [1], () => merge(world, id, 1));
  assert.equal(code, 0);
  assert.deepEqual(
    outcomes.map(({ outcome, contact_id }) => [outcome, contact_id]),
    [
      ['updated', id],
      ['updated', 2],
    ],
  );
  const { name, email, custom_attributes } = sandbox.contacts.get(id)!;
  assert.deepEqual([name, email, custom_attributes.seats], ['New', 'contact1@example.com', 77]);
  assert.equal(summary.calls.filter, 2);
});

test('one that is gone again, or that was named by its id, is rejected', async (t) => {
  const world = await rig(t, { sandbox: { contacts: 3 } });
  const { sandbox } = world;
  const { id } = sandbox.contacts.add({ name: 'Survivor', phone_number: '+15559990000' });
  sandbox.faults.add({ match: { method: 'PUT', contactId: id }, effect: { kind: 'status', status: 404, json: {} } });
  const csv = 'id,email,name\n,contact1@example.com,New\n2,,Two\n3,,Three';
  const { code, outcomes } = await syncMeanwhile(world, csv, [1, 2], async () => {
    await merge(world, id, 1);
    sandbox.contacts.remove(2);
  });
  assert.equal(code, 1);
  assert.deepEqual(
    outcomes.map(({ outcome, reason, contact_id, http_status }) => [outcome, reason, contact_id, http_status]),
    [
      ['rejected', 'contact-gone', id, 404],
      ['rejected', 'contact-gone', 2, 404],
      ['updated', null, 3, 200],
    ],
  );
});

test('one that was deleted is not found', async (t) => {
  const world = await rig(t, { sandbox: { contacts: 3 } });
  const csv = 'email,name\ncontact1@example.com,New\ncontact2@example.com,Two';
  const { code, outcomes } = await syncMeanwhile(world, csv, [1], async () => world.sandbox.contacts.remove(1));
  assert.equal(code, 1);
  assert.deepEqual(
    outcomes.map(({ outcome, reason }) => [outcome, reason]),
    [
      ['not_found', 'no-such-contact'],
      ['updated', null],
    ],
  );
});
