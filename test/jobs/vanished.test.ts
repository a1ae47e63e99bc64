import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { OPTIONS } from '../queue/room.ts';
import { startTestRedis, type TestRedis } from '../redis/server.ts';
import { type World, waiting, worldFor } from './world.ts';

let server: TestRedis;
before(async () => {
  server = await startTestRedis();
});
after(() => server.stop());

async function lookUp(w: World, rows: Parameters<typeof waiting>[1][]): Promise<void> {
  const cut = await w.intake.take(
    'index',
    rows.map((given, i) => waiting(i, given)),
  );
  for (const batch of [...cut, ...(await w.intake.flush())]) await w.match(batch);
}

const FIRST = { keys: { email: 'contact1@example.com' }, match: ['email' as const] };

/** The contact is merged into another, which has its e-mail from then on. */
function mergeAway(w: World, id: number, more: object = {}): number {
  const email = w.sandbox.contacts.get(id)!.email;
  w.sandbox.contacts.remove(id);
  return w.sandbox.contacts.add({ name: 'Survivor', email, ...more }).id;
}

test('a contact that was merged away is looked up once more, and the one that is left gets the values', async (t) => {
  const w = await worldFor(t, server, { contacts: 2 });
  const held = w.sandbox.contacts.get(1)!.name;
  // One after the other, so that the second takes the first one back without a write.
  for (const [row, patch] of [{ name: '"Other"' }, { name: JSON.stringify(held), blocked: 'true' }].entries()) {
    await w.intake.take('index', [waiting(row, { ...FIRST, patch })]);
    for (const batch of await w.intake.flush()) await w.match(batch);
  }
  const id = mergeAway(w, 1);
  await w.update('1');
  assert.deepEqual(await w.records(), {});
  for (const batch of await w.intake.flush()) await w.match(batch);
  await w.update(String(id));
  const { 0: older, 1: newer } = await w.records();
  assert.deepEqual([older!.outcome, newer!.outcome, newer!.contact_id], ['merged', 'updated', id]);
  const { name, blocked } = w.sandbox.contacts.get(id)!;
  assert.deepEqual([name, blocked], [held, true], 'what the old one held already is written to the new one');
});

test('values keep their age when they are looked up once more', async (t) => {
  const w = await worldFor(t, server, { contacts: 2 });
  const by = (row: number, patch: Record<string, string>) => waiting(row, { ...FIRST, patch });
  await w.intake.take('index', [by(1, { name: '"Old"' }), by(9, { blocked: 'true' })]);
  for (const batch of await w.intake.flush()) await w.match(batch);
  const id = mergeAway(w, 1, { identifier: 'crm-7' });
  await w.intake.take('identifier', [
    waiting(5, { keys: { identifier: 'crm-7' }, match: ['identifier'], patch: { name: '"Newer"' } }),
  ]);
  for (const batch of await w.intake.flush()) await w.match(batch);
  await w.update('1');
  for (const batch of await w.intake.flush()) await w.match(batch);
  await w.update(String(id));
  const { name, blocked } = w.sandbox.contacts.get(id)!;
  assert.deepEqual([name, blocked], ['Newer', true]);
});

test('a contact that is gone for the second time is rejected', async (t) => {
  const w = await worldFor(t, server, { contacts: 1 });
  await lookUp(w, [{ ...FIRST, patch: { name: '"New"' } }]);
  const id = mergeAway(w, 1);
  await w.update('1');
  for (const batch of await w.intake.flush()) await w.match(batch);
  w.sandbox.contacts.remove(id);
  await w.update(String(id));
  const record = (await w.records())[0]!;
  assert.deepEqual([record.outcome, record.reason, record.contact_id], ['rejected', 'contact-gone', id]);
});

test('one that was deleted is not found, or created anew with the key that found it', async (t) => {
  const w = await worldFor(t, server, { contacts: 2 });
  const files = [{ path: 'a.csv', file: '/tmp/a.csv', sha256: 'x', rows: 0, kind: 'csv' as const }];
  await w.runs.create('c', 'sync', { ...OPTIONS, onMissing: 'create' }, files);
  const second = { keys: { email: 'contact2@example.com' }, match: ['email' as const], run: 'c' };
  // As mapping gives it: the key is among the fields.
  const patch = { email: '"contact2@example.com"', name: '"New"' };
  await lookUp(w, [
    { ...FIRST, patch: { name: '"New"' } },
    { ...second, patch },
  ]);
  for (const id of [1, 2]) {
    w.sandbox.contacts.remove(id);
    await w.update(String(id));
  }
  w.queued.contacts.length = 0;
  for (const batch of await w.intake.flush()) await w.match(batch);
  const [subject] = w.queued.contacts;
  await w.update(subject!);
  assert.deepEqual([(await w.records())[0]!.outcome, (await w.records('c'))[1]!.outcome], ['not_found', 'created']);
  const made = w.sandbox.contacts.all().at(-1)!;
  assert.deepEqual([made.email, made.name], ['contact2@example.com', 'New']);
});
