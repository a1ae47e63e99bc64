import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { change, OPTIONS } from '../queue/room.ts';
import { startTestRedis, type TestRedis } from '../redis/server.ts';
import { worldFor } from './world.ts';

let server: TestRedis;
before(async () => {
  server = await startTestRedis();
});
after(() => server.stop());

/** Delivers rows of contact 1, each with its fields, runs the job, and answers how they ended. */
async function ends(t: Parameters<typeof worldFor>[0], rows: Record<string, unknown>[]) {
  const w = await worldFor(t, server, { contacts: 3 });
  for (const [i, fields] of rows.entries()) await w.mailboxes.deliver([change('1', i, fields)]);
  await w.update('1');
  const records = Object.values(await w.records()).sort((a, b) => a.row - b.row);
  assert.equal(await w.mailboxes.peek('1'), undefined);
  return { w, records, said: records.map(({ outcome, reason }) => `${outcome} ${reason}`) };
}

test('of several rows only the one whose value is taken is rejected, the others are written', async (t) => {
  const { w, records, said } = await ends(t, [
    { name: 'A' },
    { email: 'contact2@example.com', 'custom_attributes.plan': 'x' },
    { blocked: true },
  ]);
  assert.deepEqual(said, ['merged folded-into-newer', 'rejected email-taken', 'updated null']);
  assert.deepEqual([records[1]!.holder, records[1]!.fields], [2, ['email']]);
  assert.equal(records[2]!.holder, undefined);
  const { name, blocked, email, custom_attributes } = w.sandbox.contacts.get(1)!;
  assert.deepEqual([name, blocked, email], ['A', true, 'contact1@example.com']);
  assert.notEqual(custom_attributes.plan, 'x', 'nothing of a row that is rejected is written');
  assert.deepEqual(w.calls(), ['PUT contacts/1', 'POST contacts/filter', 'PUT contacts/1']);
});

test('a row of which nothing is left but what was refused goes with it', async (t) => {
  const { w, said } = await ends(t, [{ name: 'A' }, { name: 'B', email: 'contact2@example.com' }, { blocked: true }]);
  assert.deepEqual(said, ['rejected email-taken', 'rejected email-taken', 'updated null']);
  assert.deepEqual(w.sandbox.requests.at(-1)!.body, { blocked: true });
});

test('when every row brought something refused, all are rejected with one call', async (t) => {
  const { w, said } = await ends(t, [{ phone_number: '+15550000002' }, { email: 'contact2@example.com' }]);
  assert.deepEqual(said, ['rejected email-taken', 'rejected email-taken']);
  assert.equal(w.calls().filter((call) => call.startsWith('PUT')).length, 1);
});

test('a column that the desk derives is laid at the door of its field', async (t) => {
  const w = await worldFor(t, server, { contacts: 1 });
  const json = { message: 'Location is too long (maximum is 255 characters)', attributes: ['location'] };
  w.sandbox.faults.add({ match: { body: 'city' }, effect: { kind: 'status', status: 422, json } });
  await w.mailboxes.deliver([change('1', 0, { name: 'A' }), change('1', 1, { 'additional_attributes.city': 'X' })]);
  await w.update('1');
  const { 0: first, 1: second } = await w.records();
  assert.deepEqual([first!.outcome, second!.outcome, second!.reason], ['updated', 'rejected', 'too-long']);
});

test('what comes in while the others are written once more is written too', async (t) => {
  const w = await worldFor(t, server, { contacts: 3 });
  await w.mailboxes.deliver([change('1', 0, { name: 'A' }), change('1', 1, { email: 'contact2@example.com' })]);
  const acknowledge = w.mailboxes.acknowledge.bind(w.mailboxes);
  w.mailboxes.acknowledge = async (seen, end) => {
    w.mailboxes.acknowledge = acknowledge;
    await w.mailboxes.deliver([change('1', 2, { email: 'free@example.com' })]);
    return acknowledge(seen, end);
  };
  await w.update('1');
  const { 0: first, 1: second, 2: third } = await w.records();
  assert.deepEqual([first!.outcome, second!.outcome, third!.outcome], ['merged', 'rejected', 'updated']);
  assert.equal(w.sandbox.contacts.get(1)!.email, 'free@example.com');
});

test('a newer value in the place of one that was left out is written', async (t) => {
  const w = await worldFor(t, server, { contacts: 3 });
  const files = [{ path: 'a.csv', file: '/tmp/a.csv', sha256: 'x', rows: 0, kind: 'csv' as const }];
  await w.runs.create('drop', 'sync', { ...OPTIONS, dropConflicting: true }, files);
  const run = { run: 'drop' };
  await w.mailboxes.deliver([change('1', 0, { name: 'A', email: 'contact2@example.com' }, run)]);
  // Comes in while the holder is looked up.
  const count = w.ledger.count.bind(w.ledger);
  let delivered: Promise<unknown> | undefined;
  w.ledger.count = (of, call) => {
    if (call.kind === 'filter') delivered = w.mailboxes.deliver([change('1', 1, { email: 'free@example.com' }, run)]);
    count(of, call);
  };
  await w.update('1');
  await delivered;
  assert.equal(w.sandbox.contacts.get(1)!.email, 'free@example.com');
  const { 0: older, 1: newer } = await w.records('drop');
  assert.deepEqual([older!.outcome, newer!.outcome, newer!.reason], ['merged', 'updated', null]);
});
