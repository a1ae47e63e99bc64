import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Memory } from '../../src/memory/memory.ts';
import { recordOf } from '../../src/run/entry.ts';
import { beginRun, change, outcomesOf, v, write } from '../queue/room.ts';
import { startTestRedis, type TestRedis } from '../redis/server.ts';
import { remembering, row, sighting } from './remembered.ts';

let server: TestRedis;
before(async () => {
  server = await startTestRedis();
});
after(() => server.stop());

const ADA = { name: 'Ada', blocked: true };
const BY_EMAIL = ['email', 'c7@crm.test'] as const;
const KNOWN = { type: 'known', contact: '7', same: ['name', 'blocked'] };

/** A room whose memory holds contact 7 as `ADA`. */
async function withAda() {
  const room = await remembering(server);
  await room.memory.learn([sighting('7', ADA)]);
  return room;
}

test('a row whose values are remembered ends as unchanged, in the books and in the log', async () => {
  const r = await withAda();
  assert.deepEqual(await r.memory.recall([row(0, BY_EMAIL, ADA)]), [{ type: 'settled', contact: '7' }]);
  const state = (await r.runs.get('r1'))!;
  assert.equal(state.outcomes.unchanged, 1);
  assert.equal(state.settled, 1);
  assert.equal(await r.runs.countDone('r1'), 1);
  const [entry] = await r.runs.outcomes('r1', 10);
  assert.deepEqual(recordOf('r1', ['a.csv'], entry!), {
    run: 'r1',
    source: 'a.csv',
    line: 2,
    outcome: 'unchanged',
    reason: null,
    contact_id: 7,
    fields: [],
    http_status: null,
    attempts: 0,
    duration_ms: 0,
    desk_ms: null,
    request_id: null,
    row: 0,
  });
});

test('a replay settles nothing twice, within a call and between two', async () => {
  const r = await withAda();
  const one = row(0, BY_EMAIL, ADA);
  const before = { type: 'settled', contact: null };
  assert.deepEqual(await r.memory.recall([one, one]), [{ type: 'settled', contact: '7' }, before]);
  assert.deepEqual(await r.memory.recall([one]), [before]);
  const state = (await r.runs.get('r1'))!;
  assert.deepEqual([state.settled, state.outcomes.unchanged, await r.runs.countDone('r1')], [1, 1, 1]);
  assert.equal((await r.runs.outcomes('r1', 10)).length, 1);
});

test('a value that changed, and a field that was never learnt, are not settled', async () => {
  const r = await withAda();
  assert.deepEqual(
    await r.memory.recall([
      row(0, BY_EMAIL, { ...ADA, name: 'Eve' }),
      row(1, BY_EMAIL, { ...ADA, 'custom_attributes.plan': 'pro' }),
      row(2, ['email', 'nobody@crm.test'], ADA),
    ]),
    [{ ...KNOWN, same: ['blocked'] }, KNOWN, { type: 'unknown' }],
  );
  assert.equal((await r.runs.get('r1'))!.settled, 0);
  assert.equal(await r.runs.countDone('r1'), 0);
});

test('many rows of several runs are settled, and the last one finishes its run', async () => {
  const r = await remembering(server);
  await beginRun(r, 'r2');
  const contacts = Array.from({ length: 2_600 }, (_, i) => String(i + 1));
  await r.memory.learn(contacts.map((contact) => sighting(contact, ADA)));
  await r.runs.readDone('r1', [], 1_300);
  await r.runs.readDone('r2', [], 1_301);
  const rows = contacts.map((contact, i) =>
    row(Math.floor(i / 2), ['phone_number', `+49${contact}`], ADA, { run: i % 2 === 0 ? 'r1' : 'r2', version: v(i) }),
  );
  const recalled = await r.memory.recall(rows);
  assert.deepEqual(
    recalled,
    contacts.map((contact) => ({ type: 'settled', contact })),
  );
  const [one, two] = [(await r.runs.get('r1'))!, (await r.runs.get('r2'))!];
  assert.deepEqual([one.settled, one.outcomes.unchanged, two.settled], [1_300, 1_300, 1_300]);
  assert.notEqual(one.finishedAt, null);
  assert.equal(two.finishedAt, null);
  assert.equal(Object.keys(await outcomesOf(r, 'r1')).length, 1_300);
});

test('a row of a contact with something pending is left to its mailbox', async () => {
  const r = await withAda();
  await r.mailboxes.deliver([change('7', 0, { name: 'Eve' })]);
  assert.deepEqual(await r.memory.recall([row(1, BY_EMAIL, ADA)]), [KNOWN]);
  await write(r, '7');
  await r.memory.learn([sighting('7', { name: 'Eve' })]);
  assert.deepEqual(await r.memory.recall([row(2, BY_EMAIL, { ...ADA, name: 'Eve' })]), [
    { type: 'settled', contact: '7' },
  ]);
});

test('a row that is older than what was written, or as old, is unchanged when the desk holds it, and makes nothing older', async () => {
  const r = await withAda();
  await r.mailboxes.deliver([change('7', 9, { name: 'Ada' })]);
  await write(r, '7');
  const asOld = row(9, BY_EMAIL, ADA, { row: 1 });
  const settled = { type: 'settled', contact: '7' };
  assert.deepEqual(await r.memory.recall([row(3, BY_EMAIL, ADA), asOld]), [settled, settled]);
  assert.deepEqual(await r.mailboxes.deliver([change('7', 5, { name: 'late' })]), []);
  assert.deepEqual(await outcomesOf(r), { 1: 'unchanged', 3: 'unchanged', 5: 'stale', 9: 'updated' });
});

test('an older row that comes after one that was settled is stale, and a newer one is not', async () => {
  const r = await withAda();
  await r.memory.recall([row(5, BY_EMAIL, ADA)]);
  assert.deepEqual(await r.mailboxes.deliver([change('7', 3, { name: 'late' })]), []);
  assert.deepEqual(await outcomesOf(r), { 3: 'stale', 5: 'unchanged' });
  assert.deepEqual(await r.mailboxes.deliver([change('7', 6, { name: 'Eve' })]), ['7']);
});

test('the key that found the contact is not taken for a field that was written', async () => {
  const r = await withAda();
  await r.memory.recall([row(5, BY_EMAIL, { email: 'c7@crm.test' })]);
  assert.deepEqual(await outcomesOf(r), { 5: 'unchanged' });
  assert.deepEqual(await r.mailboxes.deliver([change('7', 3, { email: 'other@crm.test' })]), ['7']);
});

test('rows of a cancelled run are unknown', async () => {
  const r = await withAda();
  await r.runs.cancel('r1');
  assert.deepEqual(await r.memory.recall([row(0, BY_EMAIL, ADA)]), [{ type: 'unknown' }]);
  assert.equal((await r.runs.get('r1'))!.settled, 0);
});

test('a run with a base of its own reads the memory of the account and leaves the account as it is', async () => {
  const r = await withAda();
  const plan = { ...r.keys, base: `${r.keys.base}:plan` };
  const before = await r.redis.keys(`${r.keys.base}:*`);
  const memory = new Memory(r.redis, plan, { rememberForMs: 60_000 });
  assert.deepEqual(await memory.recall([row(4, BY_EMAIL, ADA)], { log: false }), [{ type: 'settled', contact: '7' }]);
  assert.equal(await r.redis.hget(`${plan.base}:run:r1`, 'settled'), '1');
  assert.equal(await r.redis.exists(`${plan.base}:run:r1:log`), 0, 'nobody reads its outcomes');
  const after = (await r.redis.keys(`${r.keys.base}:*`)).filter((key) => !key.startsWith(plan.base));
  assert.deepEqual(after.sort(), before.sort());
  assert.deepEqual(await r.memory.recall([row(0, BY_EMAIL, ADA)]), [{ type: 'settled', contact: '7' }]);
});
