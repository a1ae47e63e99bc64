import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { change, write } from '../queue/room.ts';
import { startTestRedis, type TestRedis } from '../redis/server.ts';
import { putOff, worldFor } from './world.ts';

let server: TestRedis;
before(async () => {
  server = await startTestRedis();
});
after(() => server.stop());

test('what lies in the mailbox is written with one call, and the report says how', async (t) => {
  const w = await worldFor(t, server, { contacts: 1 });
  await w.mailboxes.deliver([change('1', 0, { name: 'New', 'custom_attributes.seats': 7 })]);
  await w.update('1');
  assert.deepEqual(w.calls(), ['PUT contacts/1']);
  const [request] = w.sandbox.requests;
  assert.deepEqual(request!.body, { name: 'New', custom_attributes: { seats: 7 } });
  assert.equal(request!.query, 'include_contact_inboxes=false');
  assert.equal(request!.requestId, 'r1-2-1');
  const record = (await w.records())[0]!;
  assert.deepEqual(
    [record.outcome, record.reason, record.contact_id, record.fields, record.http_status, record.attempts],
    ['updated', null, 1, ['name', 'custom_attributes.seats'], 200, 1],
  );
  assert.deepEqual([record.line, record.request_id], [2, 'r1-2-1']);
  assert.ok(record.desk_ms !== null);
  assert.equal((await w.runs.get('r1'))!.calls.update, 1);
});

test('an empty mailbox costs no call', async (t) => {
  const w = await worldFor(t, server, { contacts: 1 });
  await w.update('1');
  assert.deepEqual(w.calls(), []);
});

test('a mailbox that another worker emptied while this one waited costs no call', async (t) => {
  const w = await worldFor(t, server, { contacts: 1 });
  await w.mailboxes.deliver([change('1', 0, { name: 'New' })]);
  await w.meanwhile(
    () => w.update('1'),
    () => write(w, '1'),
  );
  assert.deepEqual(w.calls(), []);
});

test('what comes in while the job waits is written with the rest', async (t) => {
  const w = await worldFor(t, server, { contacts: 1 });
  await w.mailboxes.deliver([change('1', 0, { name: 'Old' })]);
  await w.meanwhile(
    () => w.update('1'),
    () => w.mailboxes.deliver([change('1', 1, { name: 'New', blocked: true })]),
  );
  assert.deepEqual(
    w.sandbox.requests.map(({ body }) => body),
    [{ name: 'New', blocked: true }],
  );
  assert.deepEqual(
    Object.values(await w.records())
      .map(({ outcome }) => outcome)
      .sort(),
    ['merged', 'updated'],
  );
});

test('a refusal of a field that came in while the job waited is known as ours', async (t) => {
  const w = await worldFor(t, server, { contacts: 1 });
  await w.mailboxes.deliver([change('1', 0, { name: 'Old' })]);
  await w.meanwhile(
    () => w.update('1'),
    () => w.mailboxes.deliver([change('1', 1, { phone_number: 'no number' })]),
  );
  assert.equal((await w.records())[1]!.reason, 'phone-format');
});

test('custom attributes are cleared with a call of their own, after the write', async (t) => {
  const w = await worldFor(t, server, { contacts: 1 });
  await w.mailboxes.deliver([change('1', 0, { name: 'New', 'custom_attributes.plan': null })]);
  await w.update('1');
  assert.deepEqual(w.calls(), ['PUT contacts/1', 'POST contacts/1/destroy_custom_attributes']);
  assert.deepEqual(w.sandbox.requests[1]!.body, { custom_attributes: ['plan'] });
  assert.ok(!('plan' in w.sandbox.contacts.get(1)!.custom_attributes));
  assert.deepEqual((await w.records())[0]!.outcome, 'updated');
  assert.deepEqual(
    w.sandbox.requests.map(({ requestId }) => requestId),
    ['r1-2-1', 'r1-2-1d'],
  );
  const { calls } = (await w.runs.get('r1'))!;
  assert.deepEqual([calls.update, calls.clear], [1, 1]);
});

test('when only attributes are cleared there is nothing to put', async (t) => {
  const w = await worldFor(t, server, { contacts: 1 });
  await w.mailboxes.deliver([change('1', 0, { 'custom_attributes.plan': null, 'custom_attributes.seats': null })]);
  await w.update('1');
  assert.deepEqual(w.calls(), ['POST contacts/1/destroy_custom_attributes']);
  assert.equal((await w.records())[0]!.outcome, 'updated');
});

test('a clearing that fails puts the whole write off, and is done with the next attempt', async (t) => {
  const w = await worldFor(t, server, { contacts: 1 });
  await w.mailboxes.deliver([change('1', 0, { name: 'New', 'custom_attributes.plan': null })]);
  w.sandbox.faults.add({ match: { path: 'destroy' }, effect: { kind: 'status', status: 500 } });
  assert.equal(await putOff(w.update('1')), 'server-error');
  assert.deepEqual(await w.records(), {});
  await w.update('1', { attempt: 2 });
  assert.equal((await w.records())[0]!.attempts, 2);
  assert.ok(!('plan' in w.sandbox.contacts.get(1)!.custom_attributes));
});

test('a desk that replaces additional attributes is read first and sent the whole', async (t) => {
  const w = await worldFor(t, server, { contacts: 1, version: '4.1' });
  const before = w.sandbox.contacts.get(1)!.additional_attributes;
  await w.mailboxes.deliver([change('1', 0, { 'additional_attributes.city': 'Bergen' })]);
  await w.update('1');
  assert.deepEqual(w.calls(), ['GET contacts/1', 'PUT contacts/1']);
  assert.deepEqual(w.sandbox.contacts.get(1)!.additional_attributes, { ...before, city: 'Bergen' });
  assert.deepEqual((await w.records())[0]!.fields, ['additional_attributes.city']);
});

test('such a desk is not read when no additional attribute is set', async (t) => {
  const w = await worldFor(t, server, { contacts: 1, version: '4.1' });
  await w.mailboxes.deliver([change('1', 0, { name: 'New' })]);
  await w.update('1');
  assert.deepEqual(w.calls(), ['PUT contacts/1']);
});

test('such a desk loses nothing when the first additional attribute comes in while the job waits', async (t) => {
  const w = await worldFor(t, server, { contacts: 1, version: '4.1' });
  const before = w.sandbox.contacts.get(1)!.additional_attributes;
  await w.mailboxes.deliver([change('1', 0, { name: 'New' })]);
  await w.meanwhile(
    () => w.update('1'),
    () => w.mailboxes.deliver([change('1', 1, { 'additional_attributes.city': 'Bergen' })]),
  );
  assert.deepEqual(w.sandbox.contacts.get(1)!.additional_attributes, { ...before, city: 'Bergen' });
  assert.equal(w.sandbox.contacts.get(1)!.name, 'New');
});

test('a contact that is gone when such a desk is read is rejected without a write', async (t) => {
  const w = await worldFor(t, server, { version: '4.1' });
  await w.mailboxes.deliver([change('1', 0, { 'additional_attributes.city': 'Bergen' })]);
  await w.update('1');
  assert.deepEqual(w.calls(), ['GET contacts/1']);
  assert.deepEqual([(await w.records())[0]!.outcome, (await w.records())[0]!.reason], ['rejected', 'contact-gone']);
});

test('a company name that the desk overwrites with its own is written once more', async (t) => {
  const w = await worldFor(t, server, { version: '4.15' });
  const known = w.sandbox.contacts.add({ name: 'A', phone_number: '+15550000' });
  const { id } = w.sandbox.contacts.add({ name: 'B', phone_number: '+15550001' });
  const first = { email: 'b@big-corp.com', 'additional_attributes.company_name': 'Big Corp' };
  await w.mailboxes.deliver([change(String(known.id), 1, first)]);
  await w.update(String(known.id));
  w.sandbox.requests.length = 0;
  const fields = { email: 'a@big-corp.com', 'additional_attributes.company_name': 'Big Corp Europe' };
  await w.mailboxes.deliver([change(String(id), 0, fields)]);
  await w.update(String(id));
  assert.deepEqual(w.calls(), [`PUT contacts/${id}`, `PUT contacts/${id}`]);
  assert.equal(w.sandbox.contacts.get(id)!.additional_attributes.company_name, 'Big Corp Europe');
  assert.deepEqual(w.sandbox.requests[1]!.body, { additional_attributes: { company_name: 'Big Corp Europe' } });
});

test('a company name without an e-mail needs no second write', async (t) => {
  const w = await worldFor(t, server, { contacts: 1, version: '4.15' });
  await w.mailboxes.deliver([change('1', 0, { 'additional_attributes.company_name': 'Other' })]);
  await w.update('1');
  assert.deepEqual(w.calls(), ['PUT contacts/1']);
});

test('a newer row that says what the desk holds already takes back an older one that was not sent', async (t) => {
  const w = await worldFor(t, server, { contacts: 1 });
  await w.mailboxes.deliver([change('1', 0, { name: 'Other' })]);
  await w.mailboxes.deliver([change('1', 1, { name: 'Held' }, { differs: false, readAt: Date.now() })]);
  await w.update('1');
  assert.deepEqual(w.calls(), []);
  const { 0: older, 1: newer } = await w.records();
  assert.deepEqual([older!.outcome, newer!.outcome], ['merged', 'unchanged']);
});

test('after an attempt that may have been applied that row is written', async (t) => {
  const w = await worldFor(t, server, { contacts: 1 });
  w.sandbox.faults.add({ match: { method: 'PUT' }, effect: { kind: 'reset', applied: true } });
  await w.mailboxes.deliver([change('1', 0, { name: 'Other' })]);
  assert.equal(await putOff(w.update('1')), 'connection-lost');
  await w.mailboxes.deliver([change('1', 1, { name: 'Held' }, { differs: false, readAt: 1 })]);
  await w.update('1', { attempt: 2 });
  assert.equal(w.sandbox.contacts.get(1)!.name, 'Held');
});
