import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { SandboxContact } from '../../src/sandbox/contact.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { outcomesIn, type Rig, rig, until } from './rig.ts';

const CONTACTS = 1000;
const EDITED = 50;

/** Fields of every kind: replaced, filled in, cleared, numbers that a double would spoil, null under a key. */
function prepare(sandbox: Sandbox): void {
  for (let id = 1; id <= CONTACTS; id++) {
    const custom: Record<string, unknown> = { tier: `t${id % 7}`, big: 0 };
    if (id % 3 === 0) custom.gone_soon = id;
    if (id % 4 === 0) custom.empty = null;
    edit(sandbox, id, { custom_attributes: custom, ...(id % 5 === 0 ? { name: '' } : {}) });
  }
}

function edit(sandbox: Sandbox, id: number, patch: Record<string, unknown>): void {
  sandbox.contacts.edit(id, patch as Parameters<Sandbox['contacts']['edit']>[1]);
}

function rows(): string {
  const header =
    'email,name,phone_number,custom_attributes.tier,custom_attributes.gone_soon,custom_attributes.empty,custom_attributes.fresh,additional_attributes.city';
  const lines = Array.from({ length: CONTACTS }, (_, i) => {
    const id = i + 1;
    return `contact${id}@example.com,Name ${id},+4930${1_000_000 + id},platinum,#N/A,full,new ${id},Town ${id}`;
  });
  return [header, ...lines].join('\n');
}

function snapshot(sandbox: Sandbox): SandboxContact[] {
  return Array.from({ length: CONTACTS }, (_, i) => structuredClone(sandbox.contacts.get(i + 1)!));
}

/** What an undo cannot do: a key of additional_attributes that was not there before goes back to null. */
function expected(before: SandboxContact): SandboxContact {
  const additional = { ...before.additional_attributes };
  if (!('city' in additional)) additional.city = null;
  return { ...before, additional_attributes: additional };
}

/** Runs a command and kills it when half of its rows are settled, then runs it to its end. */
async function killedHalfway({ start, run, sandbox }: Rig, args: string[], writes: number) {
  const from = sandbox.requests.length;
  const first = start(args);
  const written = () => sandbox.requests.slice(from).filter(({ method }) => method === 'PUT').length;
  await until('half of the writes', () => written() >= writes / 2, 60_000);
  first.child.kill('SIGKILL');
  await first.ended;
  assert.ok(written() < writes, 'it was killed before it was done');
  return run(args);
}

test('a run and its undo, both killed with -9 halfway, leave every contact as it was, but for what was edited', async (t) => {
  const world = await rig(t, { sandbox: { contacts: CONTACTS, latencyMs: 2 }, redis: 'appendonly' });
  const { sandbox, file, dir } = world;
  prepare(sandbox);
  const before = snapshot(sandbox);
  const flags = ['--json', '--rate', '100000', '--concurrency', '4', '--max-changed', '100'];
  const sync = ['sync', file('people.csv', rows()), '--run-id', 'night', ...flags];
  const synced = await killedHalfway(world, sync, CONTACTS);
  assert.equal(synced.code, 0, synced.stderr);
  assert.equal(JSON.parse(synced.stdout).outcomes.updated, CONTACTS);
  assert.equal(sandbox.contacts.get(1)!.custom_attributes.tier, 'platinum');

  for (let i = 1; i <= EDITED; i++) edit(sandbox, i * 20, { name: `Edited by an agent ${i}` });
  const undone = await killedHalfway(world, ['undo', 'night', '--run-id', 'back', ...flags.slice(0, 5)], CONTACTS);
  assert.equal(undone.code, 0, undone.stderr);
  const summary = JSON.parse(undone.stdout);
  assert.equal(summary.rows, CONTACTS);
  assert.equal(summary.reasons.edited_since, EDITED);
  const outcomes = outcomesIn(summary.report_dir);
  const partly = outcomes.filter(({ reason }) => reason === 'edited_since');
  assert.ok(partly.every(({ detail, fields }) => detail === 'left alone: name' && !fields.includes('name')));

  for (const was of before) {
    const is = sandbox.contacts.get(was.id)!;
    const edited = was.id % 20 === 0;
    const should = edited ? { ...expected(was), name: `Edited by an agent ${was.id / 20}` } : expected(was);
    assert.equal(inOrder(is), inOrder(should), `contact ${was.id}`);
  }
  assert.equal(readdirSync(join(dir, '.contact-sync/undo')).join(), 'back.ndjson,night.ndjson');
});

test('undo leaves alone a contact whose every field was edited since, and undoing twice changes nothing', async (t) => {
  const { sandbox, file, run, sync } = await rig(t, { sandbox: { contacts: 3 } });
  const csv = 'email,name\ncontact1@example.com,A\ncontact2@example.com,B\ncontact3@example.com,C\n';
  const { summary } = await sync([file('a.csv', csv), '--max-changed', '100']);
  edit(sandbox, 2, { name: 'Mine' });
  const dry = await run(['undo', summary.run, '--dry-run', '--json']);
  assert.deepEqual(pick(JSON.parse(dry.stdout).outcomes), { updated: 2, skipped: 1 });
  assert.equal(sandbox.contacts.get(1)!.name, 'A', 'nothing was written');
  const undone = await run(['undo', summary.run, '--json']);
  assert.equal(undone.code, 0, undone.stderr);
  assert.deepEqual(pick(JSON.parse(undone.stdout).outcomes), { updated: 2, skipped: 1 });
  assert.equal(sandbox.contacts.get(2)!.name, 'Mine');
  const puts = sandbox.requests.filter(({ method }) => method === 'PUT').length;
  const again = await run(['undo', summary.run, '--json']);
  assert.deepEqual(pick(JSON.parse(again.stdout).outcomes), { unchanged: 2, skipped: 1 });
  assert.equal(sandbox.requests.filter(({ method }) => method === 'PUT').length, puts);
});

test('an undo can itself be undone', async (t) => {
  const { sandbox, file, run, sync } = await rig(t, { sandbox: { contacts: 1 } });
  const { summary } = await sync([file('a.csv', 'id,name\n1,Written\n')]);
  const undone = JSON.parse((await run(['undo', summary.run, '--json'])).stdout);
  assert.notEqual(sandbox.contacts.get(1)!.name, 'Written');
  await run(['undo', undone.run, '--json']);
  assert.equal(sandbox.contacts.get(1)!.name, 'Written');
});

test('former values are encrypted with a key, kept out of report and log, and unreadable with another key', async (t) => {
  const { sandbox, dir, file, run, sync } = await rig(t, { sandbox: { contacts: 1 } });
  edit(sandbox, 1, { name: 'Ottoline Quibble' });
  const env = { CONTACT_SYNC_UNDO_KEY: 'correct horse' };
  const { summary } = await sync([file('a.csv', 'id,name\n1,Written\n')], { env });
  const kept = readFileSync(join(dir, '.contact-sync/undo', `${summary.run}.ndjson`), 'utf8');
  assert.ok(!kept.includes('Ottoline'), kept);
  for (const name of readdirSync(summary.report_dir))
    assert.ok(!readFileSync(join(summary.report_dir, name), 'utf8').includes('Ottoline'), name);
  const without = await run(['undo', summary.run, '--json']);
  assert.equal(without.code, 2);
  assert.match(without.stderr, /encrypted\. Give the key/);
  const other = await run(['undo', summary.run, '--json'], { env: { CONTACT_SYNC_UNDO_KEY: 'battery staple' } });
  assert.equal(other.code, 2);
  assert.match(other.stderr, /another key/);
  const undone = await run(['undo', summary.run, '--json'], { env });
  assert.equal(undone.code, 0, undone.stderr);
  assert.equal(sandbox.contacts.get(1)!.name, 'Ottoline Quibble');
});

test('with --no-undo a row by id is one call, nothing is kept, and undo says so', async (t) => {
  const { sandbox, dir, file, run, sync } = await rig(t, { sandbox: { contacts: 1 } });
  const { summary } = await sync([file('a.csv', 'id,name\n1,Written\n'), '--no-undo']);
  assert.deepEqual([summary.calls.read, summary.calls.update], [0, 1]);
  assert.ok(!existsSync(join(dir, '.contact-sync/undo')));
  const undone = await run(['undo', summary.run]);
  assert.equal(undone.code, 2);
  assert.match(undone.stderr, /Nothing is kept of what .* --no-undo/);
  assert.equal(sandbox.contacts.get(1)!.name, 'Written');
});

test('a run that enqueue began and workers wrote is undone from what Redis still holds of it', async (t) => {
  const { sandbox, file, run, start } = await rig(t, { sandbox: { contacts: 2 } });
  const name = sandbox.contacts.get(2)!.name;
  const enqueued = await run(['enqueue', file('a.csv', 'id,name\n2,Written\n'), '--run-id', 'queued']);
  assert.equal(enqueued.code, 0, enqueued.stderr);
  const worker = start(['work']);
  await until('the row is written', () => sandbox.contacts.get(2)!.name === 'Written');
  await until('the run is finished', async () => /finished/.test((await run(['status', 'queued', '--json'])).stdout));
  worker.child.kill('SIGTERM');
  await worker.ended;
  const undone = await run(['undo', 'queued', '--json']);
  assert.equal(undone.code, 0, undone.stderr);
  assert.equal(sandbox.contacts.get(2)!.name, name);
});

/** Byte for byte, with keys in one order: Postgres keeps none (jsonb), so a key that went and came back has no place. */
function inOrder(contact: SandboxContact): string {
  const sorted = (object: object) => Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));
  return JSON.stringify({
    ...contact,
    custom_attributes: sorted(contact.custom_attributes),
    additional_attributes: sorted(contact.additional_attributes),
  });
}

/** The outcomes that occur. */
function pick(outcomes: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(outcomes).filter(([, n]) => n > 0));
}
