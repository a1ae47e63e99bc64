import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { type Rig, rig, until } from './rig.ts';

const ROWS = 150;
const CSV = ['id,name', ...Array.from({ length: ROWS }, (_, i) => `${i + 1},New ${i + 1}`)].join('\n');
const EACH_ONCE = Array.from({ length: ROWS }, (_, i) => i);

test('a run whose process was killed is continued by --run-id with the same file, and each row has one outcome', async (t) => {
  const { sandbox, file, run, start, sync } = await rig(t, { sandbox: { contacts: ROWS, latencyMs: 20 } });
  file('rows.csv', CSV);
  file('other.csv', `${CSV}\n`);
  const killed = start(['sync', 'rows.csv', '--json', '--run-id', 'nightly', '--report-dir', 'out']);
  await until('some rows are written', () => writes(sandbox) >= 20);
  killed.child.kill('SIGKILL');
  await killed.ended;

  const [other, limited] = await Promise.all([
    run(['sync', 'other.csv', '--run-id', 'nightly']),
    run(['sync', 'rows.csv', '--run-id', 'nightly', '--limit', '5']),
  ]);
  assert.deepEqual([other.code, limited.code], [2, 2], other.stderr + limited.stderr);
  assert.match(
    other.stderr,
    /was begun with other files, or they have changed since\. Give the same files, or another --run-id\.\n$/,
  );
  assert.match(limited.stderr, /was begun with other options .* Give the same, or another --run-id\.\n$/);

  const { code, summary, outcomes, stderr } = await sync(['rows.csv', '--run-id', 'nightly']);
  assert.equal(code, 0, stderr);
  assert.equal(summary.outcomes.updated, ROWS);
  assert.equal(path.basename(summary.report_dir), 'out', 'the report is where it was begun');
  assert.deepEqual(
    outcomes.map(({ row }) => row),
    EACH_ONCE,
  );
  assert.equal(sandbox.contacts.get(ROWS)!.name, `New ${ROWS}`);
  // What was in flight when the process died may go out twice, or was answered and not written down yet; nothing else.
  assert.ok(writes(sandbox) <= ROWS + 3, `${writes(sandbox)} writes`);

  const before = writes(sandbox);
  const again = await sync(['rows.csv', '--run-id', 'nightly']);
  assert.equal(again.code, 0, again.stderr);
  assert.deepEqual(again.summary.outcomes, summary.outcomes);
  assert.deepEqual(again.outcomes, outcomes);
  assert.equal(writes(sandbox), before, 'a finished run writes nothing more');
});

function writes(sandbox: Rig['sandbox']): number {
  return sandbox.requests.filter(({ method, status }) => method === 'PUT' && status === 200).length;
}
