import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { flat, puts, railed, rowsFor } from './rail.ts';
import { until } from './rig.ts';

test('a file that would overwrite most contacts is stopped before its first write', async (t) => {
  const { sandbox, file, sync, run } = await railed(t, { contacts: 40 });
  // 33 of 40 are 82.5 percent.
  const csv = rowsFor(40, (i) => ({ name: i <= 33 ? `Wrong ${i}` : sandbox.contacts.get(i)!.name! }));
  const { code, summary, outcomes, stderr } = await sync([file('wrong.csv', csv)]);
  assert.equal(code, 3, stderr);
  assert.equal(puts(sandbox), 0);
  assert.deepEqual([summary.status, summary.stopped_by], ['cancelled', 'changed']);
  assert.deepEqual(
    [summary.rows, summary.outcomes.cancelled, summary.outcomes.unchanged, summary.reasons],
    [40, 33, 7, { 'guard-rail': 33 }],
  );
  assert.ok(outcomes.every(({ outcome, reason }) => outcome !== 'cancelled' || reason === 'guard-rail'));
  assert.match(
    flat(stderr),
    /Guard rail changed: 33 of 40 contacts \(82\.5 %\) .* limit is 80 %.* --max-changed 100\./,
  );
  assert.match(flat(stderr), /the books balance/);
  assert.ok(!/Wrong|example\.com/.test(stderr + JSON.stringify(summary)), 'no value is told');

  const log = readFileSync(path.join(summary.report_dir, 'run.log'), 'utf8').split('\n').filter(Boolean);
  const stopped = log.map((line) => JSON.parse(line)).filter(({ event }) => event === 'run.stopped');
  assert.deepEqual(
    stopped.map(({ run: of, rail, trips }) => [of, rail, trips]),
    [[summary.run, 'changed', [{ name: 'changed', changed: 33, compared: 40, limit: 80 }]]],
  );
  for (const command of ['status', 'report']) {
    const { stdout } = await run([command, summary.run]);
    assert.match(flat(stdout), /Guard rail changed: 33 of 40 .* --max-changed 100\./, command);
  }
  const html = readFileSync(path.join(summary.report_dir, 'report.html'), 'utf8');
  assert.match(html, /Guard rail changed: 33 of 40/);
});

test('let pass once, the same file is written; a limit that it keeps lets it pass as well', async (t) => {
  const { sandbox, file, sync } = await railed(t, { contacts: 40 });
  file(
    'meant.csv',
    rowsFor(40, (i) => ({ name: i <= 33 ? `Right ${i}` : sandbox.contacts.get(i)!.name! })),
  );
  const passed = await sync(['meant.csv', '--max-changed', '100']);
  assert.deepEqual([passed.code, puts(sandbox), passed.summary.stopped_by], [0, 33, undefined], passed.stderr);
  const again = rowsFor(40, (i) => ({ name: i <= 33 ? `Anew ${i}` : sandbox.contacts.get(i)!.name! }));
  const within = await sync([file('again.csv', again), '--max-changed', '82.5']);
  assert.deepEqual([within.code, puts(sandbox)], [0, 66], within.stderr);
  const off = rowsFor(40, (i) => ({ name: `Third ${i}` }));
  const allowed = await sync([file('off.csv', off), '--allow', 'changed']);
  assert.deepEqual([allowed.code, puts(sandbox)], [0, 106], allowed.stderr);
});

test('filling what is empty is no accident: a new attribute for every contact passes', async (t) => {
  const { sandbox, file, sync } = await railed(t, { contacts: 40 });
  const csv = rowsFor(40, (i) => ({ 'custom_attributes.score': String(i) }));
  const { code, stderr } = await sync([file('backfill.csv', csv)]);
  assert.equal(code, 0, stderr);
  assert.equal(puts(sandbox), 40);
});

test('19 contacts say nothing: a short file is let pass, whatever it changes', async (t) => {
  const { sandbox, file, sync } = await railed(t, { contacts: 19 });
  const { code, stderr } = await sync([
    file(
      'short.csv',
      rowsFor(19, (i) => ({ name: `N ${i}` })),
    ),
  ]);
  assert.equal(code, 0, stderr);
  assert.equal(puts(sandbox), 19);
});

test('rows by id are read first, so the rail sees them; a worker elsewhere stops a run just the same', async (t) => {
  const { sandbox, file, run, start } = await railed(t, { contacts: 30 });
  const csv = ['id,name', ...Array.from({ length: 30 }, (_, i) => `${i + 1},Wrong ${i}`)].join('\n');
  const enqueued = await run(['enqueue', file('ids.csv', csv), '--run-id', 'ids']);
  assert.equal(enqueued.code, 0, enqueued.stderr);
  const work = start(['work', '--log-level', 'info']);
  await until('the run is over', async () => /"finished_at": "/.test((await run(['status', 'ids', '--json'])).stdout));
  assert.equal(puts(sandbox), 0);
  const [state] = JSON.parse((await run(['status', 'ids', '--json'])).stdout).runs;
  assert.deepEqual([state.stopped_by, state.outcomes.cancelled, state.settled], ['changed', 30, 30]);
  work.child.kill('SIGTERM');
  assert.match((await work.ended).stderr, /"event":"run\.stopped","run":"ids","rail":"changed"/);
});

test('while a file is too large to be seen as a whole, it is judged with every look-up', async (t) => {
  const { sandbox, file, sync } = await railed(t, { contacts: 600 });
  // Writes begin when 100 changes wait. The first 300 rows change nothing, so that the hold ends on harmless ones.
  file('contact-sync.yaml', 'high_water: 100\n');
  const csv = rowsFor(600, (i) => ({ name: i <= 100 ? sandbox.contacts.get(i)!.name! : `Wrong ${i}` }));
  const { code, summary, stderr } = await sync([file('large.csv', csv), '--max-changed', '30', '--concurrency', '1']);
  assert.equal(code, 3, stderr);
  assert.equal(summary.stopped_by, 'changed');
  assert.ok(puts(sandbox) < 300, `${puts(sandbox)} writes went out`);
  assert.equal(summary.outcomes.updated, puts(sandbox));
  assert.equal(summary.outcomes.updated + summary.outcomes.cancelled + summary.outcomes.unchanged, 600);
});
