import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import type { Summary } from '../../src/run/summary.ts';
import { outcomesIn, type Rig, rig, until } from './rig.ts';

const CREATE = ['--on-missing', 'create'];

/** Every third row names a contact of the desk, the others nobody; each new one stands there twice. */
function exported(n: number): string {
  const rows = Array.from(
    { length: n },
    (_, i) => `${i % 3 === 0 ? `contact${i + 1}` : `new${i}`}@example.com,Name ${i}`,
  );
  const again = rows.filter((row) => row.startsWith('new')).map((row) => row.replace('Name', 'Last'));
  return ['email,name', ...rows, ...again].join('\n');
}

function posts(sandbox: Rig['sandbox'], status = 200): number {
  return sandbox.requests.filter(
    (one) => one.method === 'POST' && /\/contacts$/.test(one.path) && one.status === status,
  ).length;
}

/** E-mails that more than one contact has. */
function doubled(sandbox: Rig['sandbox']): string[] {
  const emails = sandbox.contacts.all().map(({ email }) => email ?? '');
  return emails.filter((email, i) => emails.indexOf(email) !== i);
}

test('contacts that do not exist are created once each, and a second run makes no call', async (t) => {
  const { sandbox, file, sync } = await rig(t, { sandbox: { contacts: 60 } });
  const csv = file('contacts.csv', exported(60));
  const { code, summary, outcomes, stderr } = await sync([csv, ...CREATE, '--rate', '100000']);
  assert.equal(code, 0, stderr);
  assert.equal(summary.rows, 100);
  assert.deepEqual([summary.outcomes.created, summary.outcomes.merged, summary.outcomes.updated], [40, 40, 20]);
  assert.deepEqual([posts(sandbox), summary.calls.create, sandbox.contacts.count], [40, 40, 100]);
  const created = outcomes.filter(({ outcome }) => outcome === 'created');
  for (const { contact_id } of created) assert.match(sandbox.contacts.get(contact_id!)!.name!, /^Last /);
  // Ids of the created, and the key of nobody.
  assert.ok(!readFileSync(path.join(summary.report_dir, 'outcomes.ndjson'), 'utf8').includes('@'));

  sandbox.requests.length = 0;
  const seen = new Set(outcomes.map(({ contact_id }) => contact_id));
  const held = sandbox.contacts
    .all()
    .filter(({ id }) => seen.has(id))
    .map(({ email, name }) => `${email},${name}`);
  const again = await sync([file('held.csv', ['email,name', ...held].join('\n')), ...CREATE]);
  assert.equal(again.summary.outcomes.unchanged, 60);
  const asked = sandbox.requests.filter(({ path: of }) => of.includes('/contacts'));
  assert.equal(asked.length, 0, 'who was created is remembered');
});

test('without being asked to, nobody is created', async (t) => {
  const { sandbox, file, sync } = await rig(t, { sandbox: { contacts: 3 } });
  const { code, summary } = await sync([file('contacts.csv', exported(3))]);
  assert.equal(code, 1);
  assert.deepEqual([summary.outcomes.not_found, sandbox.contacts.count], [4, 3]);
});

test('answers that get lost double nobody, and what fails for ever ends as failed', async (t) => {
  const { sandbox, file, sync } = await rig(t, { sandbox: { contacts: 0 } });
  file('contact-sync.yaml', 'chatwoot: {timeout: 1}\nconcurrency: 1\noutage_steps: {first: 0.05, longest: 0.2}\n');
  const POST = { method: 'POST', path: /\/contacts\?/ };
  sandbox.faults.add({ match: { ...POST, body: 'a1@' }, effect: { kind: 'status', status: 500, applied: true } });
  sandbox.faults.add({ match: { ...POST, body: 'a3@' }, effect: { kind: 'hang', applied: true } });
  sandbox.faults.add({ match: { ...POST, body: 'a5@' }, effect: { kind: 'status', status: 500 } });
  sandbox.faults.add({ match: { ...POST, body: 'a7@' }, effect: { kind: 'status', status: 500 }, times: 'always' });
  const rows = Array.from({ length: 10 }, (_, i) => `a${i}@example.com,Name ${i}`);
  const { code, summary, outcomes, stderr } = await sync([
    file('a.csv', ['email,name', ...rows].join('\n')),
    ...CREATE,
  ]);
  assert.equal(code, 1, stderr);
  assert.deepEqual([summary.outcomes.created, summary.outcomes.unchanged, summary.outcomes.failed], [7, 2, 1]);
  assert.deepEqual([outcomes[7]!.outcome, outcomes[7]!.reason, outcomes[7]!.attempts], ['failed', 'server-error', 5]);
  assert.deepEqual([sandbox.contacts.count, doubled(sandbox)], [9, []]);
  const log = readFileSync(path.join(summary.report_dir, 'run.log'), 'utf8');
  assert.match(log, /"subject":"new contact by email"/);
  assert.ok(!log.includes('@example.com'));
});

test('two workers, one of them killed again and again, double nobody', async (t) => {
  const world = await rig(t, { sandbox: { contacts: 90, latencyMs: 20 }, redis: 'appendonly' });
  const { sandbox, start, run, file } = world;
  file('contacts.csv', exported(240));
  const enqueued = await run(['enqueue', 'contacts.csv', '--run-id', 'made', ...CREATE]);
  assert.equal(enqueued.code, 0, enqueued.stderr);
  const begin = () => start(['work', '--rate', '100000']);
  const steady = begin();
  for (const least of [10, 60, 110]) {
    const victim = begin();
    await until(`${least} are created`, () => posts(sandbox) >= least, 60_000);
    victim.child.kill('SIGKILL');
    await victim.ended;
  }
  const status = async () =>
    (JSON.parse((await run(['status', 'made', '--json'])).stdout) as { runs: Summary[] }).runs[0]!.status;
  await until('the run is finished', async () => (await status()) === 'finished', 60_000);
  steady.child.kill('SIGTERM');
  await steady.ended;
  const { stdout, stderr } = await run(['report', 'made', '--json']);
  assert.notEqual(stdout, '', stderr);
  const summary = JSON.parse(stdout) as Summary;
  const outcomes = outcomesIn(summary.report_dir);
  assert.equal(new Set(outcomes.map(({ row }) => row)).size, outcomes.length);
  // 80 rows name contacts 1, 4, ... 238, of which the desk has 30.
  assert.equal(summary.rows, 400);
  assert.equal(sandbox.contacts.count, 90 + 160 + 50);
  assert.deepEqual(doubled(sandbox), []);
  const { created, updated, merged, unchanged } = summary.outcomes;
  assert.equal(created + updated + merged + unchanged, 400);
  assert.ok(posts(sandbox) <= 210);
  assert.equal(posts(sandbox, 422), 0, 'what may have been posted before is looked up, not posted again');
});
