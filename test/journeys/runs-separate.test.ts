import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { parse } from 'csv-parse/sync';
import { outcomesIn, type Rig, rig, until } from './rig.ts';

test('enqueue prints the run, workers elsewhere do it, and status, runs and report tell about it', async (t) => {
  const { sandbox, dir, file, run, start } = await rig(t, { sandbox: { contacts: 20 } });
  const rows = Array.from({ length: 20 }, (_, i) => `contact${i + 1}@example.com,Name ${i + 1}`);
  file('rows.csv', ['email,name', ...rows, 'gone@example.com,Gone'].join('\n'));
  const [printed, asked] = [
    await run(['enqueue', 'rows.csv']),
    await run(['enqueue', 'rows.csv', '--json', '--run-id', 'second']),
  ];
  assert.deepEqual([printed.code, asked.code], [0, 0], printed.stderr + asked.stderr);
  assert.match(printed.stdout, /^run_\d{8}T\d{6}_[0-9a-f]{4}\n$/);
  assert.match(printed.stderr, /No worker is running yet\. Start one with: contact-sync work\n/);
  assert.match(printed.stderr, /21 rows are in Redis/);
  assert.deepEqual(JSON.parse(asked.stdout), { run: 'second', rows: 21 });
  assert.ok(
    sandbox.requests.every(({ method }) => method === 'GET'),
    'the producer writes nothing and looks nothing up',
  );

  const first = printed.stdout.trim();
  const [open, one, unknown] = await Promise.all([
    run(['status', '--json']),
    run(['status', first]),
    run(['status', 'run_nowhere']),
  ]);
  const status = JSON.parse(open.stdout);
  assert.deepEqual(
    status.runs.map((each: { run: string; status: string; settled: number }) => [each.run, each.status, each.settled]),
    [
      ['second', 'running', 0],
      [first, 'running', 0],
    ],
  );
  assert.deepEqual([status.workers, status.pace.waiting], [0, null]);
  assert.match(one.stdout, new RegExp(first));
  assert.equal(unknown.code, 2);
  assert.match(unknown.stderr, /There is no run run_nowhere of this account\. See them with: contact-sync runs\n$/);

  const workers = start(['work', '--log-level', 'warn']);
  await until('both runs are done', async () => {
    const { runs } = JSON.parse((await run(['status', '--json'])).stdout);
    return runs.length === 0;
  });
  const [text, json, csv, html, history] = await Promise.all([
    run(['report', first]),
    run(['report', first, '--format', 'json']),
    run(['report', 'second', '--format', 'csv']),
    run(['report', 'second', '--format', 'html']),
    run(['runs', '--json']),
  ]);
  const summary = JSON.parse(json.stdout);
  assert.equal(summary.status, 'finished');
  assert.equal(summary.command, 'enqueue');
  assert.deepEqual([summary.rows, summary.outcomes.not_found], [21, 1]);
  assert.match(text.stdout, /21 rows read = .*: the books balance/);
  const lines = parse(csv.stdout, { columns: true }) as Record<string, string>[];
  assert.equal(lines.length, 21);
  assert.deepEqual(lines.find(({ outcome }) => outcome === 'not_found')?.line, '22');
  assert.match(html.stdout, /^<!doctype html>/i);
  assert.deepEqual(
    JSON.parse(history.stdout).runs.map((each: { run: string }) => each.run),
    ['second', first],
  );
  assert.ok(existsSync(path.join(dir, 'reports', first, 'needs-attention.csv')));
  assert.equal(sandbox.counts.byRoute['PUT contacts/:id'], 20, 'the second run found everything as it wanted it');
  assert.equal(sandbox.contacts.get(20)!.name, 'Name 20');

  workers.child.kill('SIGTERM');
  const { code, stderr } = await workers.ended;
  assert.deepEqual([code, stderr.split('\n').filter((line) => line.includes('"level":50'))], [143, []], stderr);
});

test('while paused nothing of a contact is read or written; resume goes on where it was', async (t) => {
  const { sandbox, file, run, start } = await rig(t, { sandbox: { contacts: 3 } });
  file('rows.csv', 'id,email,name\n1,,One\n2,contact2@example.com,Two\n');
  const paused = await run(['pause', '--json']);
  assert.deepEqual([paused.code, JSON.parse(paused.stdout)], [0, { paused: true }]);
  const sync = start(['sync', 'rows.csv', '--json']);
  await until('the run says that it waits', () =>
    /paused by the operator; go on with: contact-sync resume/.test(sync.stderr()),
  );
  const status = JSON.parse((await run(['status', '--json'])).stdout);
  assert.deepEqual([status.pace.waiting, status.runs[0].settled], ['paused', 0]);
  assert.deepEqual(
    sandbox.requests.filter(({ path }) => path.includes('/contacts')),
    [],
  );
  const resumed = await run(['resume']);
  assert.deepEqual([resumed.code, resumed.stdout], [0, '']);
  assert.match(resumed.stderr, /Going on\.\n$/);
  const { code, stdout } = await sync.ended;
  assert.equal(code, 0);
  assert.equal(JSON.parse(stdout).outcomes.updated, 2);
});

test('a cancelled run ends at once: what was not written is cancelled, the books balance, and it can be run again', async (t) => {
  const world = await rig(t, { sandbox: { contacts: 120, latencyMs: 40 } });
  const { sandbox, file, run, start, sync } = world;
  file('rows.csv', ['id,name', ...Array.from({ length: 120 }, (_, i) => `${i + 1},New ${i + 1}`)].join('\n'));
  const running = start(['sync', 'rows.csv', '--json', '--run-id', 'stopped']);
  await until('some rows are written', () => writes(sandbox) >= 5);
  const cancelled = await run(['cancel', 'stopped', '--json']);
  assert.deepEqual(JSON.parse(cancelled.stdout), { run: 'stopped', cancelled: true, status: 'cancelled' });
  const { code, stdout, stderr } = await running.ended;
  assert.equal(code, 3, stderr);
  const summary = JSON.parse(stdout);
  assert.equal(summary.status, 'cancelled');
  assert.equal(summary.outcomes.updated + summary.outcomes.cancelled, 120);
  assert.ok(summary.outcomes.cancelled > 0 && summary.outcomes.updated >= 5);
  assert.equal(summary.outcomes.updated, writes(sandbox));
  assert.match(stderr, /: the books balance/);
  const outcomes = outcomesIn(summary.report_dir);
  assert.deepEqual(
    outcomes.map(({ row }) => row),
    Array.from({ length: 120 }, (_, i) => i),
  );
  for (const { outcome, reason } of outcomes) if (outcome === 'cancelled') assert.equal(reason, 'run-cancelled');

  const over = await run(['cancel', 'stopped']);
  assert.match(over.stderr, /stopped is over already; nothing to cancel\./);
  const limited = await sync(['rows.csv', '--limit', '3']);
  assert.equal(limited.code, 0);
  // Those of the three that were written before the cancel are unchanged now.
  const { updated, unchanged, skipped } = limited.summary.outcomes;
  assert.deepEqual([updated + unchanged, skipped], [3, 117]);
  assert.deepEqual(
    [limited.outcomes[3]!.outcome, limited.outcomes[3]!.reason, limited.outcomes[3]!.line],
    ['skipped', 'over-limit', 5],
  );
});

test('a report that is asked for while the run goes on takes nothing away from it', async (t) => {
  const { sandbox, file, run, start } = await rig(t, { sandbox: { contacts: 150, latencyMs: 40 } });
  file('rows.csv', ['id,name', ...Array.from({ length: 150 }, (_, i) => `${i + 1},New ${i + 1}`)].join('\n'));
  const running = start(['sync', 'rows.csv', '--json', '--run-id', 'watched']);
  await until('some rows are written', () => writes(sandbox) >= 10);
  const [report, again] = await Promise.all([
    run(['report', 'watched', '--format', 'json']),
    run(['report', 'watched', '--format', 'csv']),
  ]);
  assert.deepEqual([report.code, again.code], [0, 0], report.stderr + again.stderr);
  const between = JSON.parse(report.stdout);
  assert.equal(between.status, 'running');
  assert.ok(between.outcomes.updated >= 1 && between.outcomes.updated < 150, 'it was asked in the middle');
  const { code, stdout, stderr } = await running.ended;
  assert.equal(code, 0, stderr);
  assert.deepEqual(
    outcomesIn(JSON.parse(stdout).report_dir).map(({ row }) => row),
    Array.from({ length: 150 }, (_, i) => i),
  );
});

function writes(sandbox: Rig['sandbox']): number {
  return sandbox.requests.filter(({ method, status }) => method === 'PUT' && status === 200).length;
}
