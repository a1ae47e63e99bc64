import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FaultEffect } from '../../src/sandbox/faults.ts';
import { outcomesIn, type Rig, rig, until } from './rig.ts';

const ROWS = 120;
const CSV = ['email,name', ...Array.from({ length: ROWS }, (_, i) => `contact${i + 1}@example.com,New ${i + 1}`)];
const REFUSED: FaultEffect = {
  kind: 'status',
  status: 422,
  json: { message: 'Name is reserved', attributes: ['name'] },
};

test('a retry that was killed is continued by --run-id, and only with the same rows', async (t) => {
  const { sandbox, file, sync, run, start } = await rig(t, { sandbox: { contacts: ROWS, latencyMs: 10 } });
  // Every second row is refused once.
  for (let id = 2; id <= ROWS; id += 2)
    sandbox.faults.add({ match: { method: 'PUT', contactId: id }, effect: REFUSED });
  const first = await sync([file('rows.csv', CSV.join('\n')), '--allow', 'failed']);
  assert.equal(first.summary.outcomes.rejected, ROWS / 2, first.stderr);
  const before = puts(sandbox);
  const args = ['retry', first.summary.run, '--reason', 'field-refused', '--run-id', 'again', '--json'];
  const killed = start(args);
  await until('some rows are written', () => puts(sandbox) >= before + 10);
  killed.child.kill('SIGKILL');
  await killed.ended;

  const other = await run(['sync', 'rows.csv', '--trust', 'live', '--run-id', 'again']);
  assert.equal(other.code, 2, other.stderr);
  assert.match(other.stderr, /The run again was begun with other files/);
  const ended = await run(args);
  assert.equal(ended.code, 0, ended.stderr);
  const { report_dir: reportDir, outcomes } = JSON.parse(ended.stdout);
  assert.equal(outcomes.updated, ROWS / 2);
  assert.deepEqual(
    outcomesIn(reportDir).map(({ line }) => line),
    Array.from({ length: ROWS / 2 }, (_, i) => 2 * i + 3),
  );
  // Two in flight, and two that were answered and not noted yet.
  const twice = puts(sandbox) - before - ROWS / 2;
  assert.ok(twice <= 4, `${twice} went out twice; only what was under way may`);
});

test('a run that workers did elsewhere is retried from what Redis still holds of it', async (t) => {
  const { sandbox, file, run, start } = await rig(t, { sandbox: { contacts: 3 } });
  sandbox.faults.add({ match: { method: 'PUT', contactId: 2 }, effect: REFUSED });
  file('rows.csv', 'email,name\ncontact1@example.com,One\ncontact2@example.com,Two\n');
  assert.equal((await run(['enqueue', 'rows.csv', '--run-id', 'far'])).code, 0);
  const worker = start(['work']);
  await until('the run is done', async () => {
    const { runs } = JSON.parse((await run(['status', 'far', '--json'])).stdout);
    return runs[0].status === 'finished';
  });
  worker.child.kill('SIGTERM');
  await worker.ended;
  const retried = await run(['retry', 'far', '--reason', 'field-refused', '--json']);
  assert.equal(retried.code, 0, retried.stderr);
  assert.deepEqual(
    outcomesIn(JSON.parse(retried.stdout).report_dir).map(({ line, outcome, contact_id }) => [
      line,
      outcome,
      contact_id,
    ]),
    [[3, 'updated', 2]],
  );
  assert.equal(sandbox.contacts.get(2)!.name, 'Two');
});

function puts(sandbox: Rig['sandbox']): number {
  return sandbox.requests.filter(({ method }) => method === 'PUT').length;
}
