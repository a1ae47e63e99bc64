import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FaultEffect } from '../../src/sandbox/faults.ts';
import { flat, puts, railed, rowsFor } from './rail.ts';

const REFUSED: FaultEffect = {
  kind: 'status',
  status: 422,
  json: { message: 'Validation failed: Name is refused', attributes: ['name'] },
};

const scores = (contacts: number) => rowsFor(contacts, (i) => ({ 'custom_attributes.score': String(i) }));

test('of the first 50 writes 20 percent may be refused: the 11th refusal stops the run', async (t) => {
  const { sandbox, file, sync } = await railed(t, { contacts: 40 });
  sandbox.faults.add({ match: { method: 'PUT' }, effect: REFUSED, times: 'always' });
  const args = [file('refused.csv', scores(40)), '--concurrency', '1'];
  const { code, summary, stderr } = await sync(args);
  assert.equal(code, 3, stderr);
  assert.equal(puts(sandbox), 11);
  assert.deepEqual(
    [summary.status, summary.stopped_by, summary.rows, summary.outcomes.rejected, summary.outcomes.cancelled],
    ['cancelled', 'failed', 40, 11, 29],
  );
  assert.equal(summary.reasons['guard-rail'], 29);
  assert.match(flat(stderr), /Guard rail failed: 11 of 11 writes were refused, and the limit is 20 % of the first 50 /);
  assert.match(flat(stderr), /let it pass once with --max-failed 100\./);
  assert.match(flat(stderr), /40 rows read = .*: the books balance/);

  const passed = await sync([...args, '--max-failed', '100']);
  assert.deepEqual([passed.code, puts(sandbox) - 11, passed.summary.outcomes.rejected], [1, 40, 40], passed.stderr);
});

test('afterwards the share of all writes counts', async (t) => {
  const { sandbox, file, sync } = await railed(t, { contacts: 90 });
  sandbox.faults.add({ match: { method: 'PUT', nth: 51 }, effect: REFUSED, times: 'always' });
  const { code, summary, stderr } = await sync([file('later.csv', scores(90)), '--concurrency', '1']);
  assert.equal(code, 3, stderr);
  // 12 of 62 are 19.4 percent, 13 of 63 are 20.6.
  assert.equal(puts(sandbox), 63);
  assert.deepEqual(
    [summary.stopped_by, summary.outcomes.updated, summary.outcomes.rejected, summary.outcomes.cancelled],
    ['failed', 50, 13, 27],
  );
  assert.match(flat(stderr), /13 of 63 writes were refused, and the limit is 20 % \(--max-failed\)/);
});

test('10 refusals are let pass; a stricter limit stops at the first, and --allow failed at none', async (t) => {
  const { sandbox, file, sync } = await railed(t, { contacts: 30 });
  const fault = { match: { method: 'PUT' }, effect: REFUSED, times: 10 };
  file('some.csv', scores(30));
  sandbox.faults.add(fault);
  const some = await sync(['some.csv', '--concurrency', '1']);
  assert.deepEqual(
    [some.code, some.summary.outcomes.rejected, some.summary.outcomes.updated],
    [1, 10, 20],
    some.stderr,
  );
  sandbox.faults.clear();
  sandbox.faults.add({ ...fault, times: 'always' });
  const before = puts(sandbox);
  const strict = await sync(['some.csv', '--concurrency', '1', '--max-failed', '0']);
  assert.deepEqual([strict.code, strict.summary.stopped_by, puts(sandbox) - before], [3, 'failed', 1], strict.stderr);
  const allowed = await sync(['some.csv', '--concurrency', '1', '--max-failed', '0', '--allow', 'failed']);
  assert.deepEqual([allowed.code, allowed.summary.outcomes.rejected], [1, 10], allowed.stderr);
});

test('with several calls in flight no more go out than were under way or ready', async (t) => {
  const { sandbox, file, sync } = await railed(t, { contacts: 80, latencyMs: 20 });
  sandbox.faults.add({ match: { method: 'PUT' }, effect: REFUSED, times: 'always' });
  const { code, summary, stderr } = await sync([file('refused.csv', scores(80)), '--concurrency', '4']);
  assert.equal(code, 3, stderr);
  // Four under way, and two that stood ready, when the eleventh was refused.
  assert.ok(puts(sandbox) >= 11 && puts(sandbox) <= 11 + 4 + 2, `${puts(sandbox)} writes went out`);
  assert.equal(summary.outcomes.rejected, puts(sandbox));
  assert.equal(summary.outcomes.rejected + summary.outcomes.cancelled, 80);
});
