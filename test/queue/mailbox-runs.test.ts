import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startTestRedis, type TestRedis } from '../redis/server.ts';
import { beginRun, change, outcomesOf, type Room, roomIn, v, write } from './room.ts';

let server: TestRedis;
before(async () => {
  server = await startTestRedis();
});
after(() => server.stop());

async function room(): Promise<Room> {
  const made = roomIn(server);
  await beginRun(made, 'r1');
  return made;
}

const dirty = (r: Room) => r.redis.zrange(r.keys.dirty, '0', '-1');

test('two runs may wait in one mailbox; each row ends in its own run', async () => {
  const r = await room();
  await beginRun(r, 'r2');
  await r.mailboxes.deliver([change('5', 0, { name: 'A' }, { version: 1 })]);
  await r.mailboxes.deliver([change('5', 0, { blocked: true }, { run: 'r2', version: 2 })]);
  assert.deepEqual(await write(r, '5'), { name: '"A"', blocked: 'true' });
  assert.deepEqual(await outcomesOf(r, 'r1'), { 0: 'merged' });
  assert.deepEqual(await outcomesOf(r, 'r2'), { 0: 'updated' });
});

test('what belongs to a cancelled run is not taken in', async () => {
  const r = await room();
  await r.runs.cancel('r1');
  assert.deepEqual(await r.mailboxes.deliver([change('5', 0, { name: 'A' })]), []);
  assert.deepEqual(await outcomesOf(r), { 0: 'cancelled' });
  assert.equal(await r.redis.exists(r.keys.pending('5')), 0);
});

test('what belongs to a run that is cancelled later is dropped when the mailbox is looked into', async () => {
  const r = await room();
  await beginRun(r, 'r2');
  await r.mailboxes.deliver([change('5', 0, { name: 'A' }, { version: 1 })]);
  await r.mailboxes.deliver([change('5', 0, { blocked: true }, { run: 'r2', version: 2 })]);
  await r.mailboxes.deliver([change('6', 1, { name: 'A' })]);
  await r.runs.cancel('r1');
  assert.deepEqual(await write(r, '5'), { blocked: 'true' });
  assert.equal(await write(r, '6'), undefined);
  assert.deepEqual(await outcomesOf(r, 'r1'), { 0: 'cancelled', 1: 'cancelled' });
  assert.deepEqual(await outcomesOf(r, 'r2'), { 0: 'updated' });
  assert.deepEqual(await dirty(r), []);
});

test('in rows of two runs folded together, cancelling one keeps the values of the other', async () => {
  const r = await room();
  await beginRun(r, 'r2');
  const folded = change('5', 0, { name: 'A' }, { version: 1 });
  const newer = change('5', 0, { blocked: true }, { run: 'r2', version: 2 });
  folded.rows.push(...newer.rows);
  folded.fields.push(...newer.fields);
  await r.mailboxes.deliver([folded]);
  await r.runs.cancel('r2');
  assert.deepEqual(await write(r, '5'), { name: '"A"' });
  assert.deepEqual(await outcomesOf(r, 'r1'), { 0: 'updated' });
  assert.deepEqual(await outcomesOf(r, 'r2'), { 0: 'cancelled' });
});

test('in rows of two runs folded together, the values of one that is cancelled already stay out', async () => {
  const r = await room();
  await beginRun(r, 'r2');
  await r.runs.cancel('r1');
  const folded = change('5', 0, { name: 'A' }, { version: 1 });
  const newer = change('5', 0, { blocked: true }, { run: 'r2', version: 2 });
  folded.rows.push(...newer.rows);
  folded.fields.push(...newer.fields);
  await r.mailboxes.deliver([folded]);
  assert.deepEqual(await write(r, '5'), { blocked: 'true' });
  assert.deepEqual(await outcomesOf(r, 'r1'), { 0: 'cancelled' });
});

test('a row far beyond 2^31 keeps its number', async () => {
  const r = await room();
  const row = 2 ** 31 + 7;
  await r.mailboxes.deliver([change('5', row, { name: 'A' })]);
  await r.mailboxes.deliver([change('6', row + 1, { name: 'A' }, { differs: false })]);
  await write(r, '5');
  assert.deepEqual(await outcomesOf(r), { [row]: 'updated', [row + 1]: 'unchanged' });
  assert.equal(await r.redis.getbit(`${r.keys.run('r1')}:done`, row), 1);
  await r.redis.del(`${r.keys.run('r1')}:done`);
});

const ODD_KEYS = [
  'a.b',
  'a b',
  'a:b',
  '#r:r1:0',
  'a|b',
  'größe',
  '名',
  '"',
  '\\',
  'a\nb',
  'a\x1eb',
  'a\x1fb',
  'a\x1bb',
  'a\x1b\x1e',
  '__proto__',
];
for (const key of ODD_KEYS) {
  test(`the field name ${JSON.stringify(key)} is one field like any other`, async () => {
    const r = await room();
    const field = `custom_attributes.${key}`;
    await r.mailboxes.deliver([change('5', 5, { [field]: 'x|y', name: 'A' })]);
    assert.deepEqual(await write(r, '5'), { [field]: '"x|y"', name: '"A"' });
    await r.mailboxes.deliver([change('5', 3, { [field]: 'old' })]);
    assert.equal(await r.mailboxes.peek('5'), undefined, 'its version is remembered');
    await r.mailboxes.deliver([change('5', 4, { 'custom_attributes.a': 'new', b: 1, 'custom_attributes.': 2 })]);
    assert.equal(Object.keys((await write(r, '5'))!).length, 3, 'no other field is taken for it');
  });
}

test('contact ids of up to 19 digits that differ in the last one are different contacts', async () => {
  const r = await room();
  const [one, other] = ['9223372036854775806', '9223372036854775807'];
  await r.mailboxes.deliver([change(one, 9, { name: 'A' }), change(other, 1, { name: 'B' })]);
  assert.deepEqual(await write(r, one), { name: '"A"' });
  assert.deepEqual(await write(r, other), { name: '"B"' });
  await r.mailboxes.deliver([change(one, 5, { name: 'old' }), change(other, 6, { name: 'new' })]);
  assert.equal(await write(r, one), undefined);
  assert.deepEqual(await write(r, other), { name: '"new"' });
});

test('values keep every digit and character', async () => {
  const r = await room();
  const value = '{"n":9007199254740993,"t":"ä\u2028\\u0000😀","a":[1.0,-0]}';
  const one = change('5', 0, {});
  one.fields.push({ field: 'custom_attributes.x', version: v(0), value, differs: true });
  await r.mailboxes.deliver([one]);
  assert.deepEqual(await write(r, '5'), { 'custom_attributes.x': value });
});

test('each row that ends is logged once, with the keys of the report and without values', async () => {
  const r = await room();
  await r.mailboxes.deliver([change('5', 0, { name: 'Ada' }), change('6', 1, { name: 'Ada' }, { differs: false })]);
  await write(r, '5');
  await write(r, '5');
  assert.deepEqual(
    r.lines.map(({ event, run, source, line, outcome, contact_id }) => [event, run, source, line, outcome, contact_id]),
    [
      ['contact.outcome', 'r1', 'a.csv', 3, 'unchanged', 6],
      ['contact.outcome', 'r1', 'a.csv', 2, 'updated', 5],
    ],
  );
  assert.ok(!JSON.stringify(r.lines).includes('Ada'));
});

test('memory of what was written ends after a day', async () => {
  const r = await room();
  await r.mailboxes.deliver([change('130', 0, { name: 'A' })]);
  await write(r, '130');
  const ttl = await r.redis.pttl(`${r.keys.base}:v:2`);
  assert.ok(ttl > 23 * 3_600_000 && ttl <= 24 * 3_600_000, `${ttl}`);
});
