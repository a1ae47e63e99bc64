import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import type { FaultEffect } from '../../src/sandbox/faults.ts';
import { outcomesIn, rig, until } from './rig.ts';

const CSV = 'id,name\n1,One\n2,Two\n';
const REFUSED: FaultEffect = {
  kind: 'status',
  status: 422,
  json: { message: 'Name is reserved', attributes: ['name'] },
};

test('a file that was changed or is gone is refused, with the way out', async (t) => {
  const { dir, sandbox, file, sync, run } = await rig(t, { sandbox: { contacts: 3 } });
  sandbox.faults.add({ match: { method: 'PUT', contactId: 2 }, effect: REFUSED });
  const { summary } = await sync([file('rows.csv', CSV), '--run-id', 'first']);
  assert.equal(summary.outcomes.rejected, 1);
  const before = sandbox.requests.length;
  const args = ['retry', 'first', '--reason', 'field-refused'];

  file('rows.csv', CSV.replace('Two', 'Other'));
  const changed = await run(args);
  assert.equal(changed.code, 2);
  const out =
    'Feed the rows that need attention back instead: contact-sync sync \\S*reports/first/needs-attention\\.csv';
  assert.match(changed.stderr, new RegExp(`^rows\\.csv was changed since first read it\\. ${out}\n$`));
  rmSync(path.join(dir, 'rows.csv'));
  const gone = await run(args);
  assert.equal(gone.code, 2);
  assert.match(gone.stderr, new RegExp(`rows\\.csv: does not exist\\. Check the path\\. ${out}\n$`));
  const unknown = await run(['retry', 'nowhere']);
  assert.equal(unknown.code, 2);
  assert.match(unknown.stderr, /^There is no run nowhere, .*"contact-sync runs" lists what there is\.\n$/);
  assert.equal(sandbox.requests.length, before, 'nothing was asked');

  file('rows.csv', CSV);
  const itself = await run([...args, '--run-id', 'first']);
  assert.equal(itself.code, 2, 'a run is no retry of itself');
  assert.match(itself.stderr, /The run first was begun with other files.*or another --run-id\.\n$/);
});

test('rows that came through a pipe, and those of a plan, are not read again', async (t) => {
  const { sandbox, file, run } = await rig(t, { sandbox: { contacts: 3 } });
  sandbox.faults.add({ match: { method: 'PUT', contactId: 2 }, effect: REFUSED, times: 2 });
  const piped = await run(['sync', '-', '--run-id', 'piped'], { input: CSV });
  assert.equal(piped.code, 1, piped.stderr);
  const refused = await run(['retry', 'piped', '--reason', 'field-refused']);
  assert.equal(refused.code, 2);
  assert.match(
    refused.stderr,
    /^piped read standard input or an address, of which no copy is kept after the run\. Feed the rows/,
  );
  assert.equal((await run(['plan', file('rows.csv', CSV), '--out', 'plan.ndjson'])).code, 0);
  const applied = await run(['apply', 'plan.ndjson', '--run-id', 'applied']);
  assert.equal(applied.code, 1, applied.stderr);
  const decided = await run(['retry', 'applied', '--reason', 'field-refused']);
  assert.equal(decided.code, 2);
  assert.match(
    decided.stderr,
    /^The run applied read no CSV file \(it was made by apply\)\. Give its command once more\.\n$/,
  );
});

test('a run that goes on is refused; cancelled, all of its rows that were not sent are', async (t) => {
  const { file, run, start } = await rig(t, { sandbox: { contacts: 3 } });
  file('rows.csv', CSV);
  await run(['pause']);
  const running = start(['sync', 'rows.csv', '--run-id', 'long']);
  await until('the run is known', async () => (await run(['status', 'long', '--json'])).code === 0);
  const refused = await run(['retry', 'long']);
  assert.equal(refused.code, 2);
  assert.match(
    refused.stderr,
    /The run long still goes on\. Wait for its end, .* or stop it with: contact-sync cancel long\n$/,
  );

  await run(['cancel', 'long']);
  await run(['resume']);
  const ended = await running.ended;
  assert.equal(ended.code, 3, ended.stderr);
  assert.match(ended.stderr, /To send the rest:\s+contact-sync retry long\n/);
  const retried = await run(['retry', 'long', '--json']);
  assert.equal(retried.code, 0, retried.stderr);
  const { report_dir: reportDir, outcomes } = JSON.parse(retried.stdout);
  assert.equal(outcomes.updated, 2);
  assert.deepEqual(
    outcomesIn(reportDir).map(({ line }) => line),
    [2, 3],
  );
});

test('a run that was killed before its file was read to the end is continued first', async (t) => {
  const { file, run, start } = await rig(t, { sandbox: { contacts: 3 } });
  const rows = Array.from({ length: 600 }, (_, i) => `contact${i + 1}@example.com,New`);
  file('contact-sync.yaml', 'high_water: 100\n');
  file('rows.csv', ['email,name', ...rows].join('\n'));
  await run(['pause']);
  const killed = start(['sync', 'rows.csv', '--run-id', 'killed']);
  await until('reading is held back', async () => {
    const { stdout } = await run(['status', 'killed', '--json']);
    return stdout !== '' && JSON.parse(stdout).runs[0].rows > 100;
  });
  killed.child.kill('SIGKILL');
  await killed.ended;
  const words =
    /^The run killed was interrupted\. Continue it first, .* --run-id killed; what is left then can be retried\.\n$/;
  await until('it lost its hold on the run', async () => {
    const { code, stderr } = await run(['retry', 'killed']);
    assert.equal(code, 2);
    return words.test(stderr);
  });
});
