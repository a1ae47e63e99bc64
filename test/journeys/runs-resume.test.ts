import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { outcomesIn, type Rig, rig, until } from './rig.ts';

const ROWS = 150;
const CSV = ['id,name', ...Array.from({ length: ROWS }, (_, i) => `${i + 1},New ${i + 1}`)].join('\n');
const EACH_ONCE = Array.from({ length: ROWS }, (_, i) => i);

test('SIGTERM ends a run from standard input with 143 and keeps it; the same pipe, or none, continues it', async (t) => {
  const { dir, sandbox, start, sync, run } = await rig(t, { sandbox: { contacts: ROWS, latencyMs: 20 } });
  const args = ['-', '--run-id', 'piped'];
  const first = start(['sync', '--json', ...args], { input: CSV });
  await until('some rows are written', () => writes(sandbox) >= 10);
  first.child.kill('SIGTERM');
  const ended = await first.ended;
  assert.equal(ended.code, 143, ended.stderr);
  assert.match(ended.stderr, /Interrupted; the state is kept\. Continue with the same command and --run-id piped\.\n$/);
  const summary = JSON.parse(ended.stdout);
  assert.equal(summary.status, 'interrupted');
  assert.equal(summary.outcomes.updated, writes(sandbox), 'what was in flight was finished and written down');
  assert.ok(summary.outcomes.updated < ROWS);
  assert.equal(outcomesIn(summary.report_dir).length, summary.outcomes.updated);

  const copy = path.join(dir, '.contact-sync/runs/piped/stdin-1.csv');
  const other = await run(['sync', ...args], { input: 'id,name\n1,Other\n' });
  assert.equal(other.code, 2, other.stderr);
  assert.match(other.stderr, /was begun with other files/);
  assert.equal(readFileSync(copy, 'utf8'), CSV, 'the copy of what the run was begun with is still there');

  const second = start(['sync', '--json', ...args], { input: CSV });
  await until('more rows are written', () => writes(sandbox) >= summary.outcomes.updated + 10);
  second.child.kill('SIGINT');
  assert.equal((await second.ended).code, 130);

  const last = await sync(args, { input: '' });
  assert.equal(last.code, 0, last.stderr);
  assert.deepEqual(
    last.outcomes.map(({ row, outcome, source }) => [row, outcome, source]),
    EACH_ONCE.map((row) => [row, 'updated', '-']),
  );
  assert.equal(writes(sandbox), ROWS, 'no row was written twice');
});

test('the second signal ends at once, even while a call hangs', async (t) => {
  const { sandbox, file, start } = await rig(t, { sandbox: { contacts: 2 } });
  sandbox.faults.add({ match: { method: 'PUT' }, effect: { kind: 'hang' }, times: 'always' });
  const running = start(['sync', file('rows.csv', 'id,name\n1,One\n'), '--run-id', 'hung']);
  await until('the call is under way', () => sandbox.requests.some(({ method }) => method === 'PUT'));
  running.child.kill('SIGINT');
  // It has begun to end once it says nothing more; the calls under way would be given 15 s.
  const at = Date.now();
  const again = setInterval(() => running.child.kill('SIGINT'), 300);
  t.after(() => clearInterval(again));
  const { code } = await running.ended;
  assert.equal(code, 130);
  assert.ok(Date.now() - at < 5000, `${Date.now() - at} ms`);
});

test('a signal before anything was sent ends the program at once: what it waits for may never come', async (t) => {
  const { sandbox, file, start } = await rig(t);
  sandbox.faults.add({ effect: { kind: 'hang' }, times: 'always' });
  const waiting = start(['sync', file('rows.csv', 'id,name\n1,One\n')]);
  await until('the preflight is under way', () => sandbox.requests.length > 0);
  waiting.child.kill('SIGTERM');
  const at = Date.now();
  assert.equal((await waiting.ended).code, 143);
  assert.ok(Date.now() - at < 5000, `${Date.now() - at} ms`);
});

test('enqueue twice with the same run and file adds nothing twice', async (t) => {
  const { sandbox, file, run, start } = await rig(t, { sandbox: { contacts: ROWS } });
  file('rows.csv', CSV);
  const both = [
    await run(['enqueue', 'rows.csv', '--run-id', 'twice']),
    await run(['enqueue', 'rows.csv', '--run-id', 'twice']),
  ];
  assert.deepEqual(
    both.map(({ code, stdout }) => [code, stdout]),
    [
      [0, 'twice\n'],
      [0, 'twice\n'],
    ],
  );
  start(['work']);
  await until('all is written', () => writes(sandbox) >= ROWS);
  const report = await run(['report', 'twice', '--format', 'json']);
  const summary = JSON.parse(report.stdout);
  assert.deepEqual([summary.rows, summary.outcomes.updated], [ROWS, ROWS]);
  assert.equal(writes(sandbox), ROWS);
});

function writes(sandbox: Rig['sandbox']): number {
  return sandbox.requests.filter(({ method, status }) => method === 'PUT' && status === 200).length;
}
