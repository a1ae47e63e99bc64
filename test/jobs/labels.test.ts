import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { WaitingRow } from '../../src/queue/intake.ts';
import { newContact } from '../../src/queue/new-contact.ts';
import { change } from '../queue/room.ts';
import { startTestRedis, type TestRedis } from '../redis/server.ts';
import { putOff, type World, waiting, worldFor } from './world.ts';

let server: TestRedis;
before(async () => {
  server = await startTestRedis();
});
after(() => server.stop());

const labelsOf = (w: World, contact = 1) => w.sandbox.contacts.get(contact)!.labels;
const byEmail = (row: number, i: number, patch: Record<string, string>) =>
  waiting(row, { keys: { email: `contact${i}@example.com` }, match: ['email'], patch });

async function lookUp(w: World, rows: readonly WaitingRow[]): Promise<string> {
  const cut = await w.intake.take('index', rows);
  return [...cut, ...(await w.intake.flush())][0]!;
}

test('labels are read right before they are written, after everything else', async (t) => {
  const w = await worldFor(t, server, { contacts: 1 });
  w.sandbox.contacts.edit(1, { labels: ['old', 'kept'] });
  const fields = { name: 'New', 'custom_attributes.plan': null, 'labels.vip': true, 'labels.old': false };
  await w.mailboxes.deliver([change('1', 0, fields)]);
  await w.update('1');
  assert.deepEqual(w.calls(), [
    'PUT contacts/1',
    'POST contacts/1/destroy_custom_attributes',
    'GET contacts/1/labels',
    'POST contacts/1/labels',
  ]);
  assert.deepEqual(
    w.sandbox.requests.map(({ requestId }) => requestId),
    ['r1-2-1', 'r1-2-1d', 'r1-2-1g', 'r1-2-1l'],
  );
  assert.deepEqual(w.sandbox.requests[3]!.body, { labels: ['kept', 'vip'] });
  const record = (await w.records())[0]!;
  assert.deepEqual([record.outcome, record.fields], ['updated', ['name', 'custom_attributes.plan', 'labels']]);
  const { calls } = (await w.runs.get('r1'))!;
  assert.deepEqual([calls.update, calls.clear, calls.read, calls.labels], [1, 1, 1, 1]);
});

test('a list replaces all labels, and an empty one clears them', async (t) => {
  const w = await worldFor(t, server, { contacts: 2 });
  for (const id of [1, 2]) w.sandbox.contacts.edit(id, { labels: ['old'] });
  await w.mailboxes.deliver([change('1', 0, { labels: ['a', 'b'] }), change('2', 1, { labels: [] })]);
  await w.update('1');
  await w.update('2');
  assert.deepEqual([labelsOf(w, 1), labelsOf(w, 2)], [['a', 'b'], []]);
});

test('what somebody else labelled since the look-up is kept', async (t) => {
  const w = await worldFor(t, server, { contacts: 1 });
  await w.match(await lookUp(w, [byEmail(0, 1, { 'labels.vip': 'true' })]));
  w.sandbox.contacts.edit(1, { labels: ['by-an-agent'] });
  await w.update('1');
  assert.deepEqual(labelsOf(w), ['by-an-agent', 'vip']);
});

test('labels that were read long before their slot came are read again', async (t) => {
  const w = await worldFor(t, server, { contacts: 1 });
  await w.mailboxes.deliver([change('1', 0, { 'labels.vip': true })]);
  const late = { kind: 'rate-limit' as const, retryAfter: 2 };
  const fault = w.sandbox.faults.add({ match: { method: 'POST', path: /labels$/ }, effect: late });
  const running = w.update('1');
  while (fault.struck === 0) await new Promise((next) => setTimeout(next, 5));
  w.sandbox.contacts.edit(1, { labels: ['by-an-agent'] });
  await running;
  assert.deepEqual(labelsOf(w), ['by-an-agent', 'vip']);
  assert.equal(w.calls().filter((call) => call === 'GET contacts/1/labels').length, 2);
});

test('labels that turn out to be held cost no write, and the row says so', async (t) => {
  const w = await worldFor(t, server, { contacts: 1 });
  await w.mailboxes.deliver([change('1', 0, { 'labels.VIP': true, 'labels.old': false })]);
  w.sandbox.contacts.edit(1, { labels: ['vip'] });
  await w.update('1');
  assert.deepEqual(w.calls(), ['GET contacts/1/labels']);
  const record = (await w.records())[0]!;
  assert.deepEqual([record.outcome, record.fields, record.http_status], ['unchanged', ['labels'], 200]);
});

test('labels that were written before a crash are told as written', async (t) => {
  const w = await worldFor(t, server, { contacts: 1 });
  await w.mailboxes.deliver([change('1', 0, { 'labels.vip': true })]);
  w.sandbox.faults.add({ match: { method: 'POST', path: /labels$/ }, effect: { kind: 'reset', applied: true } });
  assert.equal(await putOff(w.update('1')), 'connection-lost');
  assert.deepEqual(labelsOf(w), ['vip']);
  await w.update('1', { attempt: 2 });
  assert.equal((await w.records())[0]!.outcome, 'updated');
  assert.equal(w.calls().filter((call) => call === 'POST contacts/1/labels').length, 1);
});

test('a label call that fails puts the row off, and its last attempt ends it', async (t) => {
  const w = await worldFor(t, server, { contacts: 1 });
  await w.mailboxes.deliver([change('1', 0, { name: 'New', 'labels.vip': true })]);
  const failing = { match: { path: /labels$/ }, effect: { kind: 'status', status: 500 } } as const;
  w.sandbox.faults.add(failing);
  assert.equal(await putOff(w.update('1')), 'server-error');
  assert.deepEqual(await w.records(), {});
  w.sandbox.faults.add(failing);
  await w.update('1', { attempt: 5, last: true });
  assert.deepEqual([(await w.records())[0]!.outcome, (await w.records())[0]!.reason], ['failed', 'server-error']);
});

test('a contact that is gone is looked up again, labels and all', async (t) => {
  const w = await worldFor(t, server, { contacts: 2 });
  await w.match(await lookUp(w, [byEmail(0, 1, { 'labels.vip': 'true' })]));
  w.sandbox.contacts.remove(1);
  w.sandbox.contacts.edit(2, { email: 'contact1@example.com' });
  await w.update('1');
  const [batch] = [...w.queued.batches, ...(await w.intake.flush())];
  await w.match(batch!);
  await w.update('2');
  assert.deepEqual(labelsOf(w, 2), ['vip']);
  assert.equal((await w.records())[0]!.outcome, 'updated');
});

test('a desk that keeps other labels than it was sent has refused them', async (t) => {
  const w = await worldFor(t, server, { contacts: 1 });
  await w.mailboxes.deliver([change('1', 0, { 'labels.vip': true })]);
  const answer = { kind: 'status' as const, status: 200, json: { payload: [] } };
  w.sandbox.faults.add({ match: { method: 'POST', path: /labels$/ }, effect: answer });
  await w.update('1');
  const record = (await w.records())[0]!;
  assert.deepEqual([record.outcome, record.reason], ['rejected', 'field-refused']);
  assert.match(record.detail!, /keeps other labels/);
});

test('a label that the desk would take apart is not sent back to it', async (t) => {
  const w = await worldFor(t, server, { contacts: 1 });
  w.sandbox.contacts.edit(1, { labels: ['a, b'] });
  await w.mailboxes.deliver([change('1', 0, { 'labels.vip': true })]);
  await w.update('1');
  assert.equal((await w.records())[0]!.reason, 'field-refused');
  assert.deepEqual(labelsOf(w), ['a, b']);
});

test('what comes in while the labels wait is written with them', async (t) => {
  const w = await worldFor(t, server, { contacts: 1 });
  await w.mailboxes.deliver([change('1', 0, { 'labels.vip': true })]);
  await w.meanwhile(
    () => w.update('1'),
    () => w.mailboxes.deliver([change('1', 1, { name: 'New', 'labels.vip': false, 'labels.new': true })]),
  );
  assert.deepEqual(w.calls(), ['PUT contacts/1', 'GET contacts/1/labels', 'POST contacts/1/labels']);
  assert.deepEqual([w.sandbox.contacts.get(1)!.name, labelsOf(w)], ['New', ['new']]);
  assert.deepEqual(Object.values(await w.records()).length, 2);
});

test('labels whose run is cancelled while they wait are not written', async (t) => {
  const w = await worldFor(t, server, { contacts: 1 });
  await w.mailboxes.deliver([change('1', 0, { 'labels.vip': true })]);
  await w.meanwhile(
    () => w.update('1'),
    () => w.runs.cancel('r1'),
  );
  assert.deepEqual(w.calls(), []);
  assert.equal((await w.records())[0]!.outcome, 'cancelled');
});

test('only contacts whose rows say something about labels have them read, each once', async (t) => {
  const w = await worldFor(t, server, { contacts: 4 });
  w.sandbox.contacts.edit(1, { labels: ['VIP'] });
  const rows = [
    byEmail(0, 1, { 'labels.vip': 'true' }),
    byEmail(1, 1, { 'labels.lead': 'false' }),
    byEmail(2, 2, { name: '"New"' }),
    byEmail(3, 3, { 'labels.vip': 'true' }),
    byEmail(4, 9, { 'labels.vip': 'true' }),
  ];
  await w.match(await lookUp(w, rows));
  assert.deepEqual(w.calls(), ['POST contacts/filter', 'GET contacts/1/labels', 'GET contacts/3/labels']);
  const outcomes = Object.values(await w.records()).map(({ row, outcome }) => [row, outcome]);
  assert.deepEqual(outcomes.sort(), [
    [0, 'merged'],
    [1, 'unchanged'],
    [4, 'not_found'],
  ]);
  assert.deepEqual((await w.mailboxes.peek('3'))!.changes, [
    { run: 'r1', field: 'labels.vip', version: '0000000000000003', before: 'false', after: 'true' },
  ]);
  assert.equal((await w.runs.get('r1'))!.calls.read, 2);
});

test('labels that cannot be read put the batch off; the last attempt leaves them to the write', async (t) => {
  const w = await worldFor(t, server, { contacts: 1 });
  const failing = { match: { method: 'GET', path: /labels$/ }, effect: { kind: 'status', status: 500 } } as const;
  const batch = await lookUp(w, [byEmail(0, 1, { 'labels.vip': 'true' })]);
  w.sandbox.faults.add(failing);
  assert.equal(await putOff(w.match(batch)), 'server-error');
  w.sandbox.faults.add(failing);
  await w.match(batch, { attempt: 5, last: true });
  assert.equal((await w.mailboxes.peek('1'))!.changes[0]!.before, undefined);
  await w.update('1');
  assert.deepEqual(labelsOf(w), ['vip']);
});

test('single labels are put back, and a plan made for other labels is off', async (t) => {
  const w = await worldFor(t, server, { contacts: 2 });
  w.sandbox.contacts.edit(1, { labels: ['vip'] });
  const undo = (row: number, i: number) => ({
    ...byEmail(row, i, { 'labels.vip': 'false', 'labels.old': 'true' }),
    expect: { of: 'each' as const, held: { 'labels.vip': 'true', 'labels.old': 'false' } },
  });
  const planned = {
    ...byEmail(1, 2, { 'labels.vip': 'true' }),
    expect: { of: 'whole' as const, held: { 'labels.vip': 'true' } },
  };
  await w.match(await lookUp(w, [undo(0, 1), { ...planned, patch: { labels: '["a"]' } }]));
  await w.update('1');
  assert.deepEqual(labelsOf(w), ['old']);
  const record = (await w.records())[1]!;
  assert.deepEqual([record.outcome, record.reason, record.fields], ['skipped', 'drifted', ['labels']]);
});

test('a contact that is created is labelled without being read', async (t) => {
  const w = await worldFor(t, server, { contacts: 0 });
  const row = byEmail(0, 1, { email: '"contact1@example.com"', 'labels.vip': 'true', 'labels.old': 'false' });
  const name = newContact(row)!;
  const { email, ...labels } = row.patch;
  const parsed = {
    email: JSON.parse(email!),
    ...Object.fromEntries(Object.keys(labels).map((f) => [f, labels[f] === 'true'])),
  };
  await w.mailboxes.deliver([change(name, 0, parsed)]);
  await w.update(name);
  assert.deepEqual(w.calls(), ['POST contacts', 'POST contacts/1/labels']);
  assert.deepEqual(w.sandbox.requests[0]!.body, { email: 'contact1@example.com' });
  assert.deepEqual(labelsOf(w), ['vip']);
  assert.deepEqual((await w.records())[0]!.fields, ['email', 'labels']);
});

test('a contact that is created gets no label call when there is nothing to add', async (t) => {
  const w = await worldFor(t, server, { contacts: 0 });
  const name = newContact(byEmail(0, 1, {}))!;
  await w.mailboxes.deliver([change(name, 0, { email: 'contact1@example.com', labels: [] })]);
  await w.update(name);
  assert.deepEqual(w.calls(), ['POST contacts']);
  assert.equal((await w.records())[0]!.outcome, 'created');
});

test('a contact that was created, but not labelled, is found again and labelled', async (t) => {
  const w = await worldFor(t, server, { contacts: 0 });
  const name = newContact(byEmail(0, 1, {}))!;
  await w.mailboxes.deliver([change(name, 0, { email: 'contact1@example.com', 'labels.vip': true })]);
  w.sandbox.faults.add({ match: { path: /labels$/ }, effect: { kind: 'status', status: 500 } });
  assert.equal(await putOff(w.update(name)), 'server-error');
  await w.update(name, { attempt: 2 });
  assert.deepEqual(w.queued.contacts, ['1']);
  assert.deepEqual((await w.mailboxes.peek('1'))!.changes, [
    { run: 'r1', field: 'labels.vip', version: '0000000000000000', before: 'false', after: 'true' },
  ]);
  await w.update('1');
  assert.deepEqual(labelsOf(w), ['vip']);
  assert.deepEqual(Object.values(await w.records()).length, 1);
});

test('a plan foresees the calls that the write then takes', async (t) => {
  const patches: Record<string, unknown>[] = [
    { 'labels.vip': true },
    { name: 'New', labels: ['a'] },
    { 'custom_attributes.plan': null, 'labels.vip': true },
    { name: 'Newer' },
  ];
  const w = await worldFor(t, server, { contacts: 8 });
  const spent = async (job: (contact: string) => Promise<void>, first: number) => {
    const before = w.sandbox.requests.length;
    for (const [i, patch] of patches.entries()) {
      const contact = String(first + i);
      await w.mailboxes.deliver([change(contact, first + i, patch)]);
      await job(contact);
    }
    w.ledger.flush();
    return { sent: w.sandbox.requests.length - before, calls: (await w.runs.get('r1'))!.calls };
  };
  const planned = await spent(w.foresee, 1);
  assert.equal(planned.sent, 0);
  const done = await spent(w.update, 5);
  for (const kind of ['update', 'read', 'labels', 'clear'] as const)
    assert.equal(done.calls[kind], 2 * planned.calls[kind], kind);
  assert.deepEqual([planned.calls.read, planned.calls.labels], [3, 3]);
  assert.deepEqual((await w.records())[1]!.fields, ['labels']);
});
