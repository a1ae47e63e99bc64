import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Memory } from '../../src/memory/memory.ts';
import { startTestRedis, type TestRedis } from '../redis/server.ts';
import { remembering, row, sighting } from './remembered.ts';

let server: TestRedis;
before(async () => {
  server = await startTestRedis();
});
after(() => server.stop());

const UNKNOWN = { type: 'unknown' };
const known = (contact: string, same: string[]) => ({ type: 'known', contact, same });

/** A field that nobody has learnt keeps a row from being settled, so that what is known can be asked again and again. */
const OPEN = { 'custom_attributes.open': 1 };

test('a contact is known by each of its keys and by its id, with the fields that are the same', async () => {
  const { memory } = await remembering(server);
  await memory.learn([sighting('7', { name: 'Ada', 'custom_attributes.plan': 'pro' })]);
  const wanted = { name: 'Ada', 'custom_attributes.plan': 'free', ...OPEN };
  assert.deepEqual(
    await memory.recall([
      row(0, ['email', 'C7@crm.test'], wanted),
      row(1, ['phone_number', '+497'], wanted),
      row(2, ['id', '7'], wanted),
      row(3, ['id', '8'], wanted),
      row(4, ['identifier', 'c7@crm.test'], wanted),
    ]),
    [known('7', ['name']), known('7', ['name']), known('7', ['name']), UNKNOWN, UNKNOWN],
  );
});

test('the key that found the contact is the same by definition when it is also a field', async () => {
  const { memory } = await remembering(server);
  await memory.learn([sighting('7', { name: 'Ada' })]);
  const fields = { email: 'c7@crm.test', name: 'Eve', phone_number: '+497' };
  assert.deepEqual(await memory.recall([row(0, ['email', 'c7@crm.test'], fields)]), [known('7', ['email'])]);
});

test('a contact that was forgotten is unknown by id and by key, and can be learnt again', async () => {
  const { memory } = await remembering(server);
  const big = '9007199254740993007';
  await memory.learn([sighting('7', { name: 'Ada' }), sighting('8', { name: 'Eve' }), sighting(big, { name: 'Big' })]);
  assert.equal(await memory.forget('7'), true);
  assert.equal(await memory.forget('7'), false);
  assert.equal(await memory.forget(big), true);
  const rows = [row(0, ['email', 'c7@crm.test'], OPEN), row(1, ['id', '7'], OPEN), row(2, ['id', '8'], OPEN)];
  assert.deepEqual(await memory.recall(rows), [UNKNOWN, UNKNOWN, known('8', [])]);
  await memory.learn([sighting('7', {})]);
  assert.deepEqual((await memory.recall(rows))[0], known('7', []));
});

test('forgetting everything counts the contacts and leaves other accounts and the queue alone', async () => {
  const [one, other] = [await remembering(server), await remembering(server)];
  const many = Array.from({ length: 1_000 }, (_, i) => sighting(String(i + 1), { name: 'Ada' }));
  await one.memory.learn(many);
  await other.memory.learn(many.slice(0, 3));
  assert.equal(await one.memory.forgetAll(), 1_000);
  assert.deepEqual(await one.memory.recall([row(0, ['id', '5'], OPEN)]), [UNKNOWN]);
  assert.equal((await one.runs.get('r1'))!.command, 'sync');
  assert.equal(await other.memory.forgetAll(), 3);
});

test('a key that another contact has by now leads to that one, in whatever order it was learnt', async () => {
  const { memory } = await remembering(server);
  const now = Date.now();
  const has = (contact: string, email: string, atMs: number) => sighting(contact, {}, { keys: { email }, atMs });
  const whose = async (email: string) => (await memory.recall([row(0, ['email', email], OPEN)]))[0];
  await memory.learn([has('1', 'a@crm.test', now - 5_000)]);
  await memory.learn([has('1', 'b@crm.test', now - 4_000)]);
  assert.deepEqual(await whose('a@crm.test'), UNKNOWN, 'nobody is known to have it');
  await memory.learn([has('2', 'a@crm.test', now - 3_000)]);
  assert.deepEqual(await whose('a@crm.test'), known('2', []));
  assert.deepEqual(await whose('b@crm.test'), known('1', []));
  await memory.learn([has('3', 'a@crm.test', now - 4_500), has('1', 'a@crm.test', now - 5_000)]);
  assert.deepEqual(await whose('a@crm.test'), known('2', []), 'what was read earlier came late');
  assert.deepEqual(await whose('b@crm.test'), known('1', []));
});

test('of several sightings the newest counts, field by field, in whatever order they are learnt', async () => {
  const { memory } = await remembering(server);
  const now = Date.now();
  await memory.learn([sighting('7', { name: 'new', blocked: true }, { atMs: now - 1_000 })]);
  await memory.learn([sighting('7', { name: 'old', 'custom_attributes.plan': 'pro' }, { atMs: now - 2_000 })]);
  const ask = async (wanted: Record<string, unknown>) =>
    (await memory.recall([row(0, ['email', 'c7@crm.test'], { ...wanted, ...OPEN })]))[0];
  const wanted = { name: 'new', blocked: true, 'custom_attributes.plan': 'pro' };
  assert.deepEqual(await ask(wanted), known('7', Object.keys(wanted)));
  await memory.learn([sighting('7', { name: 'newest' }, { atMs: now })]);
  assert.deepEqual(await ask(wanted), known('7', ['blocked', 'custom_attributes.plan']));
  assert.deepEqual(await ask({ name: 'newest' }), known('7', ['name']));
});

test('a field that is gone stays gone until it is seen again, also when an earlier reading comes late', async () => {
  const { memory } = await remembering(server);
  const now = Date.now();
  const ask = async () => (await memory.recall([row(0, ['id', '7'], { name: 'Ada', blocked: true, ...OPEN })]))[0];
  await memory.learn([sighting('7', { name: 'Ada', blocked: true }, { atMs: now - 3_000 })]);
  await memory.learn([sighting('7', {}, { atMs: now - 1_000, gone: ['name'] })]);
  assert.deepEqual(await ask(), known('7', ['blocked']));
  await memory.learn([sighting('7', { name: 'Ada' }, { atMs: now - 2_000 })]);
  assert.deepEqual(await ask(), known('7', ['blocked']));
  await memory.learn([sighting('7', { name: 'Ada' })]);
  assert.deepEqual(await ask(), known('7', ['name', 'blocked']));
});

test('what was seen too long ago, or before a row trusts it, is not believed', async () => {
  const { memory, redis, keys } = await remembering(server);
  const now = Date.now();
  await memory.learn([sighting('7', { name: 'Ada' }, { atMs: now - 60_000 })]);
  await memory.learn([sighting('7', { blocked: true }, { atMs: now - 20_000 })]);
  const wanted = { name: 'Ada', blocked: true, ...OPEN };
  const ask = (trustedSince: number, of = memory) =>
    of.recall([
      row(0, ['email', 'c7@crm.test'], wanted, { trustedSince }),
      row(1, ['id', '7'], wanted, { trustedSince }),
    ]);
  assert.deepEqual((await ask(0))[0], known('7', ['name', 'blocked']));
  assert.deepEqual((await ask(now - 40_000))[0], known('7', ['blocked']));
  assert.deepEqual(await ask(now - 10_000), [UNKNOWN, known('7', [])], 'an id is believed, a key is not');
  const short = new Memory(redis, keys, { rememberForMs: 40_000 });
  assert.deepEqual((await ask(0, short))[0], known('7', ['blocked']));
  await short.learn([sighting('7', { blocked: true })]);
  assert.deepEqual(
    (await ask(0))[0],
    known('7', ['blocked']),
    'what is too old is dropped when the entry is written again',
  );
});

test('everything remembered ends by itself', async () => {
  const { redis, keys } = await remembering(server);
  const memory = new Memory(redis, keys, { rememberForMs: 60_000 });
  await memory.learn([sighting('7', { name: 'Ada' })]);
  const names = await redis.keys(`${keys.memory}:[km]:*`);
  assert.equal(names.length, 3);
  for (const name of names) assert.ok((await redis.pttl(name)) > 50_000, name);
});

test('hundreds of fields, more than a byte counts, are kept', async () => {
  const { memory } = await remembering(server);
  const fields = Object.fromEntries(Array.from({ length: 700 }, (_, i) => [`custom_attributes.f${i}`, i]));
  await memory.learn([sighting('7', fields), sighting('8', { 'custom_attributes.f699': 699 })]);
  await memory.learn([sighting('7', { 'custom_attributes.f3': 'other' })]);
  const [seven, eight] = await memory.recall([row(0, ['id', '7'], fields), row(1, ['id', '8'], fields)]);
  assert.deepEqual(
    seven,
    known(
      '7',
      Object.keys(fields).filter((field) => field !== 'custom_attributes.f3'),
    ),
  );
  assert.deepEqual(eight, known('8', ['custom_attributes.f699']));
});

test('a contact with two keys and six fields stays in the compact form of Redis', async () => {
  const { memory, redis, keys } = await remembering(server);
  const fields = {
    name: 'Ada',
    blocked: true,
    ...OPEN,
    'custom_attributes.a': 1,
    'custom_attributes.b': 2,
    'custom_attributes.c': 3,
  };
  await memory.learn(Array.from({ length: 64 }, (_, i) => sighting(String(64 + i), fields)));
  assert.equal(await redis.hlen(`${keys.memory}:m:1`), 64);
  assert.match(String(await redis.object('ENCODING', `${keys.memory}:m:1`)), /^(listpack|ziplist)$/);
});
