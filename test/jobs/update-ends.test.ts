import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { giveUp } from '../../jobs/update.ts';
import { change } from '../queue/room.ts';
import { startTestRedis, type TestRedis } from '../redis/server.ts';
import { putOff, worldFor } from './world.ts';

let server: TestRedis;
before(async () => {
  server = await startTestRedis();
});
after(() => server.stop());

test('an answer for good is rejected with the words of the desk; the others of the mailbox share what is about none of them', async (t) => {
  const w = await worldFor(t, server, { contacts: 2 });
  w.sandbox.faults.add({ match: { method: 'PUT' }, effect: { kind: 'status', status: 422, json: { error: 'No.' } } });
  await w.mailboxes.deliver([change('1', 0, { name: 'A' }), change('1', 1, { email: 'other@example.com' })]);
  await w.update('1');
  const { 0: first, 1: second } = await w.records();
  assert.deepEqual([first!.outcome, first!.reason, second!.reason], ['rejected', 'field-refused', 'field-refused']);
  assert.deepEqual([second!.http_status, second!.detail], [422, 'No.']);
});

test('a refusal because of a field that was not sent says so', async (t) => {
  const w = await worldFor(t, server);
  const { id } = w.sandbox.contacts.add({ name: 'A', phone_number: '+15550001' });
  w.sandbox.contacts.add({ name: 'B', phone_number: '+15550001' });
  await w.mailboxes.deliver([change(String(id), 0, { name: 'C' })]);
  await w.update(String(id));
  assert.equal((await w.records())[0]!.reason, 'record-invalid-elsewhere');
});

test('a server error is put off; with the last attempt the row has failed', async (t) => {
  const w = await worldFor(t, server, { contacts: 1 });
  w.sandbox.faults.add({ match: { method: 'PUT' }, effect: { kind: 'status', status: 500 }, times: 'always' });
  await w.mailboxes.deliver([change('1', 0, { name: 'A' })]);
  assert.equal(await putOff(w.update('1')), 'server-error');
  assert.deepEqual(await w.records(), {});
  await w.update('1', { attempt: 5, last: true });
  const record = (await w.records())[0]!;
  assert.deepEqual(
    [record.outcome, record.reason, record.attempts, record.http_status],
    ['failed', 'server-error', 5, 500],
  );
  assert.equal(await w.redis.exists(w.keys.pending('1')), 0);
  const state = (await w.runs.get('r1'))!;
  assert.deepEqual([state.retries, state.calls.update], [1, 2]);
});

for (const [what, effect, reason] of [
  ['a reset after the write was applied', { kind: 'reset', applied: true }, 'connection-lost'],
  ['a page of a proxy with status 200', { kind: 'html', status: 200 }, 'not-an-answer'],
  ['JSON that is no contact', { kind: 'status', status: 200, json: { payload: {} } }, 'not-an-answer'],
] as const) {
  test(`${what} is put off, and the next attempt settles it`, async (t) => {
    const w = await worldFor(t, server, { contacts: 1 });
    w.sandbox.faults.add({ match: { method: 'PUT' }, effect });
    await w.mailboxes.deliver([change('1', 0, { name: 'A' })]);
    assert.equal(await putOff(w.update('1')), reason);
    await w.update('1', { attempt: 2 });
    assert.equal((await w.records())[0]!.outcome, 'updated');
    assert.equal(w.sandbox.contacts.get(1)!.name, 'A');
  });
}

test('a worker that lost its job sends nothing and leaves the mailbox as it is', async (t) => {
  const w = await worldFor(t, server, { contacts: 1 });
  await w.mailboxes.deliver([change('1', 0, { name: 'A' })]);
  const lost = async () => {
    throw new Error('the lock was lost');
  };
  await assert.rejects(w.update('1', { fence: lost }), /lock was lost/);
  assert.deepEqual(w.calls(), []);
  assert.notEqual(await w.mailboxes.peek('1'), undefined);
});

test('rows whose values were all written in newer ones went with those', async (t) => {
  const w = await worldFor(t, server, { contacts: 1 });
  await w.mailboxes.deliver([change('1', 0, { name: 'A' })]);
  await w.redis.hdel(w.keys.pending('1'), 'name');
  await w.update('1');
  assert.deepEqual(w.calls(), []);
  assert.equal((await w.records())[0]!.outcome, 'merged');
});

test('the rows of a run that was cancelled while the job waited are not written', async (t) => {
  const w = await worldFor(t, server, { contacts: 1 });
  await w.mailboxes.deliver([change('1', 0, { name: 'A' })]);
  await w.meanwhile(
    () => w.update('1'),
    () => w.runs.cancel('r1'),
  );
  assert.deepEqual(w.calls(), []);
  assert.equal((await w.records())[0]!.outcome, 'cancelled');
});

test('a contact its worker dies on again and again is given up', async (t) => {
  const w = await worldFor(t, server, { contacts: 1 });
  await w.mailboxes.deliver([change('1', 0, { name: 'A' }), change('1', 1, { blocked: true })]);
  await giveUp('1', { mailboxes: w.mailboxes, attempt: { number: 1, last: false } });
  await giveUp('1', { mailboxes: w.mailboxes, attempt: { number: 1, last: false } });
  const reasons = Object.values(await w.records()).map(({ outcome, reason }) => `${outcome} ${reason}`);
  assert.deepEqual(reasons, ['failed crashed-repeatedly', 'failed crashed-repeatedly']);
  assert.deepEqual(w.calls(), []);
});
