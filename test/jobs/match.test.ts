import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { LookupKind, WaitingRow } from '../../src/queue/intake.ts';
import { startTestRedis, type TestRedis } from '../redis/server.ts';
import { putOff, type World, waiting, worldFor } from './world.ts';

let server: TestRedis;
before(async () => {
  server = await startTestRedis();
});
after(() => server.stop());

/** Puts rows on their way and returns the batch they became. */
async function batchOf(w: World, rows: readonly WaitingRow[], kind: LookupKind = 'index'): Promise<string> {
  const cut = await w.intake.take(kind, rows);
  const [batch] = [...cut, ...(await w.intake.flush())];
  return batch!;
}

const byEmail = (row: number, i: number, patch: Record<string, string> = { name: '"New"' }) =>
  waiting(row, { keys: { email: `contact${i}@example.com` }, match: ['email'], patch });

test('fifteen rows cost one call; what differs goes to the mailboxes, the rest has its outcome', async (t) => {
  const w = await worldFor(t, server, { contacts: 20 });
  const rows = Array.from({ length: 13 }, (_, i) => {
    const held = w.sandbox.contacts.get(i + 1)!;
    return byEmail(i, i + 1, { name: JSON.stringify(i < 3 ? 'New' : held.name) });
  });
  rows.push(
    waiting(13, { keys: { email: 'nobody@example.com' }, match: ['email'] }),
    byEmail(14, 1, { blocked: 'true' }),
  );
  const batch = await batchOf(w, rows);
  await w.match(batch);
  assert.deepEqual(w.calls(), ['POST contacts/filter']);
  assert.equal(w.sandbox.requests[0]!.requestId, `r1-match${batch}_1-1`);
  assert.deepEqual(w.queued.contacts.sort(), ['1', '2', '3']);
  const records = await w.records();
  assert.deepEqual(
    Object.values(records)
      .map(({ outcome }) => outcome)
      .sort(),
    [...Array(1).fill('not_found'), ...Array(10).fill('unchanged')],
  );
  assert.deepEqual(
    [records[13]!.reason, records[13]!.http_status, records[13]!.contact_id],
    ['no-such-contact', 200, null],
  );
  assert.equal(records[5]!.contact_id, 6);
  assert.deepEqual((await w.mailboxes.peek('1'))!.patch, { __proto__: null, name: '"New"', blocked: 'true' });
  assert.equal(await w.intake.load(batch), undefined);
  assert.equal((await w.runs.get('r1'))!.calls.filter, 1);
});

test('a batch that was finished before costs no call', async (t) => {
  const w = await worldFor(t, server, { contacts: 1 });
  const batch = await batchOf(w, [byEmail(0, 1)]);
  await w.match(batch);
  await w.match(batch);
  assert.equal(w.calls().length, 1);
});

test('a batch that is repeated after a crash gives no row two outcomes', async (t) => {
  const w = await worldFor(t, server, { contacts: 2 });
  const rows = [byEmail(0, 1), waiting(1, { keys: { email: 'nobody@example.com' }, match: ['email'] })];
  const batch = await batchOf(w, rows);
  const text = await w.redis.get(w.keys.batch(batch));
  await w.match(batch);
  await w.redis.set(w.keys.batch(batch), text!);
  await w.match(batch);
  assert.deepEqual(Object.keys(await w.records()), ['1']);
  assert.equal((await w.mailboxes.peek('1'))!.rows.length, 1);
});

test('rows by identifier are found through their e-mail; the left-over ones go on by identifier', async (t) => {
  const w = await worldFor(t, server, { contacts: 3 });
  const both = (row: number, email: string, identifier: string) =>
    waiting(row, { keys: { email, identifier }, match: ['identifier'], patch: { name: '"New"' } });
  const rows = [
    both(0, 'contact1@example.com', 'crm-1'),
    both(1, 'moved@example.com', 'crm-2'),
    both(2, 'contact3@example.com', 'x'),
  ];
  await w.match(await batchOf(w, rows));
  assert.deepEqual(w.queued, { contacts: ['1'], batches: [] });
  const [second] = await w.intake.flush();
  assert.deepEqual(
    (await w.intake.load(second!))!.rows.map(({ row }) => row),
    [1, 2],
  );
  await w.match(second!);
  assert.deepEqual(w.queued.contacts, ['1', '2']);
  assert.deepEqual((await w.records())[2]!.outcome, 'not_found');
  assert.equal(w.calls().length, 2);
});

test('a phone that several contacts share is ambiguous, on however many pages they stand', async (t) => {
  const w = await worldFor(t, server);
  for (let i = 0; i < 33; i += 1)
    w.sandbox.contacts.add({ name: `T${i}`, phone_number: '+15550001', email: `t${i}@x.test` });
  await w.match(await batchOf(w, [waiting(0, { keys: { phone_number: '+15550001' }, match: ['phone_number'] })]));
  assert.deepEqual(
    [(await w.records())[0]!.outcome, (await w.records())[0]!.reason],
    ['ambiguous', 'several-contacts'],
  );
  assert.equal(w.calls().length, 4, 'one call, then the three pages in a fixed order');
});

test('a row by id and e-mail is compared when the e-mail finds that id, else the id itself is read', async (t) => {
  const w = await worldFor(t, server, { contacts: 3 });
  const name = JSON.stringify(w.sandbox.contacts.get(1)!.name);
  const byId = (row: number, id: string, email: string) =>
    waiting(row, { keys: { id, email }, match: ['id'], patch: { name } });
  const rows = [byId(0, '1', 'contact1@example.com'), byId(1, '2', 'contact3@example.com'), byId(2, '9', 'no@x.test')];
  await w.match(await batchOf(w, rows));
  assert.equal((await w.records())[0]!.outcome, 'unchanged');
  assert.deepEqual(w.queued.contacts, []);
  const [batch] = await w.intake.flush();
  await w.match(batch!);
  assert.deepEqual(
    w
      .calls()
      .slice(-2)
      .map((call) => call.replace(/\?.*/, '')),
    ['GET contacts/2', 'GET contacts/9'],
  );
  assert.deepEqual(w.queued.contacts, ['2']);
  const gone = (await w.records())[2]!;
  assert.deepEqual([gone.outcome, gone.reason], ['rejected', 'contact-gone']);
});

test('a value that makes the desk fail is found by halving, and the others go on', async (t) => {
  const w = await worldFor(t, server, { contacts: 15 });
  const rows = Array.from({ length: 15 }, (_, i) => byEmail(i, i + 1));
  rows[6] = waiting(6, { keys: { email: 'nul\0@example.com' }, match: ['email'] });
  await w.match(await batchOf(w, rows));
  const records = await w.records();
  assert.deepEqual(Object.keys(records), ['6']);
  assert.deepEqual([records[6]!.outcome, records[6]!.reason], ['invalid', 'lookup-refused']);
  assert.equal(w.queued.contacts.length, 14);
  assert.ok(w.calls().filter((call) => call.startsWith('POST')).length <= 10);
});

test('a page of a proxy puts the batch off; with the last attempt its rows have failed', async (t) => {
  const w = await worldFor(t, server, { contacts: 2 });
  w.sandbox.faults.add({ match: { path: 'filter' }, effect: { kind: 'html', status: 200 }, times: 2 });
  const batch = await batchOf(w, [byEmail(0, 1), byEmail(1, 2)]);
  assert.equal(await putOff(w.match(batch)), 'not-an-answer');
  assert.deepEqual(await w.records(), {});
  await w.match(batch, { attempt: 5, last: true });
  const records = Object.values(await w.records());
  assert.deepEqual(
    records.map(({ outcome, reason, attempts }) => [outcome, reason, attempts]),
    Array(2).fill(['failed', 'not-an-answer', 5]),
  );
  assert.equal(await w.intake.load(batch), undefined);
});

test('rows of a cancelled run cost no call', async (t) => {
  const w = await worldFor(t, server, { contacts: 1 });
  const batch = await batchOf(w, [byEmail(0, 1)]);
  await w.runs.cancel('r1');
  await w.match(batch);
  assert.deepEqual(w.calls(), []);
  assert.deepEqual((await w.records())[0]!.outcome, 'cancelled');
});

test('what was read before a write of ours is not taken for what the desk holds now', async (t) => {
  const w = await worldFor(t, server, { contacts: 1 });
  const old = JSON.stringify(w.sandbox.contacts.get(1)!.name);
  await w.match(await batchOf(w, [byEmail(0, 1)]));
  // The second look-up reads the old name, then the write of the first one goes through, then it delivers.
  const batch = await batchOf(w, [byEmail(1, 1, { name: old })]);
  const deliver = w.mailboxes.deliver.bind(w.mailboxes);
  w.mailboxes.deliver = async (deliveries) => {
    w.mailboxes.deliver = deliver;
    await w.update('1');
    return deliver(deliveries);
  };
  await w.match(batch);
  await w.update('1');
  assert.equal(JSON.stringify(w.sandbox.contacts.get(1)!.name), old);
  assert.equal((await w.records())[1]!.outcome, 'updated');
});
