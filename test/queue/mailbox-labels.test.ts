import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startTestRedis, type TestRedis } from '../redis/server.ts';
import { beginRun, change, outcomesOf, type Room, roomIn, write } from './room.ts';

let server: TestRedis;
before(async () => {
  server = await startTestRedis();
});
after(() => server.stop());

async function room(): Promise<Room> {
  const r = roomIn(server);
  await beginRun(r, 'r1');
  await beginRun(r, 'r2');
  return r;
}

const held = { differs: false, readAt: 0 };

test('single labels of several rows meet, and the newest word on each wins', async () => {
  const r = await room();
  await r.mailboxes.deliver([change('5', 0, { 'labels.vip': true, 'labels.old': false })]);
  await r.mailboxes.deliver([change('5', 1, { 'labels.vip': false, 'labels.new': true })]);
  assert.deepEqual(await write(r, '5'), { 'labels.vip': 'false', 'labels.old': 'false', 'labels.new': 'true' });
  assert.deepEqual(await outcomesOf(r), { 0: 'merged', 1: 'updated' });
});

test('a newer list covers older single labels, whether they wait or come late', async () => {
  const r = await room();
  await r.mailboxes.deliver([change('5', 1, { 'labels.vip': true })]);
  await r.mailboxes.deliver([change('5', 2, { labels: ['a'] })]);
  await r.mailboxes.deliver([change('5', 0, { 'labels.old': true })]);
  assert.deepEqual(await write(r, '5'), { labels: '["a"]' });
  assert.deepEqual(await outcomesOf(r), { 0: 'merged', 1: 'merged', 2: 'updated' });
  await r.mailboxes.deliver([change('5', 0, { 'labels.late': true }, { run: 'r2', version: 1 })]);
  assert.deepEqual(await outcomesOf(r, 'r2'), { 0: 'stale' });
});

test('a newer list that the desk holds takes older single labels out of the mailbox', async () => {
  const r = await room();
  await r.mailboxes.deliver([change('5', 0, { 'labels.vip': true })]);
  await r.mailboxes.deliver([change('5', 1, { labels: ['a'] }, { differs: false })]);
  assert.deepEqual(await write(r, '5', 'unchanged'), {});
});

test('a newer single label goes on top of a list that waits, even when the desk holds it', async () => {
  const r = await room();
  await r.mailboxes.deliver([change('5', 0, { labels: ['a'] })]);
  await r.mailboxes.deliver([change('5', 1, { 'labels.vip': true }, { differs: false })]);
  const seen = (await r.mailboxes.peek('5'))!;
  assert.deepEqual({ ...seen.patch }, { labels: '["a"]', 'labels.vip': 'true' });
  assert.deepEqual(seen.changes, [
    { run: 'r1', field: 'labels', version: '0000000000000000', before: undefined, after: '["a","vip"]' },
  ]);
});

test('the same when both come in with one delivery', async () => {
  const r = await room();
  const both = change('5', 0, { labels: ['a'] });
  both.fields.push({ field: 'labels.vip', version: '0000000000000001', value: 'true', differs: false });
  both.rows.push({ run: 'r1', row: 1, file: 0, line: 3, version: '0000000000000001' });
  await r.mailboxes.deliver([both]);
  assert.deepEqual(await write(r, '5'), { labels: '["a"]', 'labels.vip': 'true' });
});

test('a list that comes late leaves newer single labels as they are held', async () => {
  const r = await room();
  await r.mailboxes.deliver([change('5', 5, { 'labels.vip': true })]);
  await write(r, '5');
  await r.mailboxes.deliver([change('5', 4, { labels: ['a'] }, { readAt: 0 })]);
  const seen = (await r.mailboxes.peek('5'))!;
  assert.deepEqual({ ...seen.patch }, { labels: '["a"]', 'labels.vip': 'null' });
  assert.deepEqual(
    seen.changes.map(({ field }) => field),
    ['labels'],
  );
  await write(r, '5');
  assert.deepEqual(await outcomesOf(r), { 4: 'updated', 5: 'updated' });
  await r.mailboxes.deliver([change('5', 3, { 'labels.vip': false }, { run: 'r2', version: 4 })]);
  assert.deepEqual(await outcomesOf(r, 'r2'), { 3: 'stale' }, 'its place in time is the one it was written with');
});

test('labels of another run on top of a list stay a change of their own', async () => {
  const r = await room();
  await r.mailboxes.deliver([change('5', 0, { labels: ['a'] })]);
  await r.mailboxes.deliver([change('5', 0, { 'labels.vip': true }, { run: 'r2', version: 1 })]);
  const seen = (await r.mailboxes.peek('5'))!;
  assert.deepEqual(
    seen.changes.map(({ run, field, after }) => [run, field, after]),
    [
      ['r1', 'labels', '["a"]'],
      ['r2', 'labels.vip', 'true'],
    ],
  );
});

test('what was read before a list was written says nothing about a single label any more', async () => {
  const r = await room();
  await r.mailboxes.deliver([change('5', 0, { labels: ['a'] })]);
  await write(r, '5');
  await r.mailboxes.deliver([change('5', 1, { 'labels.vip': true }, held)]);
  assert.deepEqual(await write(r, '5'), { 'labels.vip': 'true' }, 'the list may have taken it away since');
  await r.mailboxes.deliver([change('5', 2, { labels: ['a', 'vip'] }, held)]);
  assert.deepEqual(await write(r, '5'), { labels: '["a","vip"]' });
});
