import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { outcomesIn, rig, until } from './rig.ts';

test('two runs never share a report directory: the second is refused before it begins', async (t) => {
  const { dir, sandbox, file, run, start } = await rig(t, { sandbox: { contacts: 5 } });
  file('rows.csv', 'id,name\n1,One\n2,Two\n');
  const out = path.join(dir, 'out');
  // While the first has written nothing yet, too.
  await run(['pause']);
  const first = start(['sync', 'rows.csv', '--run-id', 'first', '--report-dir', 'out']);
  await until('the first run has begun', async () => (await run(['status', 'first', '--json'])).code === 0);
  const log = readFileSync(path.join(out, 'run.log'), 'utf8');
  const refusal =
    /^out holds the report of first, which second would overwrite\. Give another --report-dir, or move it away; first itself is continued with --run-id first\.\n$/;
  const early = await run(['sync', 'rows.csv', '--run-id', 'second', '--report-dir', 'out']);
  assert.equal(early.code, 2);
  assert.match(early.stderr, refusal);
  assert.equal(readFileSync(path.join(out, 'run.log'), 'utf8'), log);
  assert.equal(JSON.parse(readFileSync(path.join(out, 'summary.json'), 'utf8')).status, 'running');
  await run(['resume']);
  assert.equal((await first.ended).code, 0);

  const requests = sandbox.requests.length;
  for (const command of ['sync', 'enqueue']) {
    const { code, stderr } = await run([command, 'rows.csv', '--run-id', 'second', '--report-dir', 'out']);
    assert.equal(code, 2, stderr);
    assert.match(stderr, refusal);
  }
  assert.equal(sandbox.requests.length, requests);
  assert.equal((await run(['status', 'second'])).code, 2, 'it never began');
  assert.deepEqual(
    outcomesIn(out).map((record) => record.run),
    ['first', 'first'],
  );
  assert.equal(JSON.parse(readFileSync(path.join(out, 'summary.json'), 'utf8')).status, 'finished');
  assert.equal((await run(['sync', 'rows.csv', '--run-id', 'first', '--report-dir', 'out'])).code, 0, 'its own it may');

  // Whoever asks first for the report of what was enqueued says where it goes; then it stays there.
  await run(['enqueue', 'rows.csv', '--run-id', 'far']);
  const taken = await run(['report', 'far', '--report-dir', 'out']);
  assert.equal(taken.code, 2);
  assert.match(taken.stderr, /\nout holds the report of first, which far would overwrite\./);
  const moved = await run(['report', 'first', '--report-dir', 'elsewhere', '--format', 'json']);
  assert.equal(moved.code, 0);
  const said = `The report of first stays where it was begun, in ${out}; --report-dir is ignored.\n`;
  assert.ok(moved.stderr.endsWith(said), moved.stderr);
  assert.equal(JSON.parse(moved.stdout).report_dir, out);
});
