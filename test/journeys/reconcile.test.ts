import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endings, reconciling, upserted } from './reconcile.ts';
import { until } from './rig.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

test('an export sets right what events lost, costs nothing where they agree, and overwrites nothing told since', async (t) => {
  const { export: exported, reconcile, run, sandbox, serve, settled } = await reconciling(t);
  const send = serve();
  // The time of a file is not kept to the millisecond everywhere.
  const now = Math.floor(Date.now() / 1000) * 1000;
  const at = now - 10 * MINUTE;
  for (const n of [1, 2, 3]) await send('app', upserted(n, { name: `Told ${n}`, Tier: 'gold' }, at - MINUTE));
  // Later than the export: one with another value, one with the same.
  await send('app', upserted(3, { name: 'Newest' }, at + MINUTE));
  await send('app', upserted(2, { Tier: 'gold' }, at + MINUTE));
  await settled(5);
  assert.equal(sandbox.contacts.get(3)?.name, 'Newest');
  const before = sandbox.requests.filter(({ method }) => method === 'PUT').length;
  const lost = sandbox.contacts.get(4)?.name;

  const row = (n: number) => `contact${n}@example.com,Told ${n},gold,x${n}`;
  const all = exported(['email,name,Tier,id', ...[1, 2, 3, 4].map(row)], at);
  const planned = (await run(['reconcile', 'app', all, '--dry-run'])).stdout;
  assert.match(planned, /updated {4}1 .*\n {2}unchanged {2}2 .*\n {2}stale {6}1 /);
  assert.match(
    planned,
    /contact 4 {2}line 5 of export\.csv\n(.*\n)*.*\n +contact-sync reconcile app export\.csv --pace fixed\n/,
  );
  assert.equal(sandbox.requests.filter(({ method }) => method === 'PUT').length, before, 'nothing was written');

  const first = await reconcile(['app', all]);
  assert.deepEqual(endings(first), ['unchanged', 'unchanged', 'older-than-written', 'updated']);
  assert.deepEqual([first.summary.calls.update, first.summary.calls.filter], [1, 1]);
  assert.equal(first.summary.command, 'reconcile');
  assert.deepEqual(first.summary.reconciled, { source: 'app', as_of: new Date(at).toISOString() });
  assert.match(first.stderr, /no column sets custom_attributes\.seats; events alone do/);
  assert.match(
    first.stderr,
    /\n1 of 4 contacts differed from what events had written; it was set right\. 1 was told of since the export and was left alone\.\n$/,
  );
  assert.deepEqual([sandbox.contacts.get(3)?.name, sandbox.contacts.get(4)?.name], ['Newest', 'Told 4']);
  assert.equal(sandbox.contacts.get(4)?.custom_attributes.tier, 'gold');

  const told = exported(['Email,name,tier,id', ...[1, 2, 4].map(row)], at, 'told.csv');
  const none = await reconcile(['app', told]);
  assert.deepEqual([none.code, ...endings(none)], [0, 'unchanged', 'unchanged', 'unchanged'], none.stderr);
  assert.equal(none.summary.calls.total, none.summary.calls.other, 'the preflight alone');
  assert.match(none.stderr, /None of 3 contacts differed from what events had written\.\n$/);

  const undone = await run(['undo', first.summary.run]);
  assert.equal(undone.code, 0, undone.stderr);
  assert.deepEqual([sandbox.contacts.get(3)?.name, sandbox.contacts.get(4)?.name], ['Newest', lost]);
});

test('an export is as old as it is said to be, also when its rows are tried again', async (t) => {
  const { export: exported, reconcile, run, sandbox, serve } = await reconciling(t);
  const send = serve();
  const now = Date.now();
  await send('app', upserted(1, { name: 'Told' }, now - MINUTE));
  await until('it is written', () => sandbox.contacts.get(1)?.name === 'Told');
  const lines = ['email,name', 'contact1@example.com,Exported', 'contact99@example.com,Exported'];
  const file = exported(lines, now - 2 * MINUTE);
  const older = await reconcile(['app', file, '--as-of', new Date(now - 3 * MINUTE).toISOString()]);
  assert.deepEqual(endings(older), ['older-than-written', 'no-such-contact']);
  assert.match(
    older.stderr,
    new RegExp(`reconcile app \\S+needs-attention.csv --as-of ${new Date(now - 3 * MINUTE + 1).toISOString()}\n`),
  );

  const { id } = sandbox.contacts.add({ email: 'contact99@example.com' });
  await send('app', upserted(99, { name: 'Told later' }, now - 2 * MINUTE));
  await until('it is written', () => sandbox.contacts.get(id)?.name === 'Told later');
  const again = await run(['retry', older.summary.run, '--reason', 'no-such-contact', '--json']);
  assert.equal(JSON.parse(again.stdout).outcomes.stale, 1, again.stderr);
  assert.equal(sandbox.contacts.get(id)?.name, 'Told later');

  const piped = await reconcile(['app', '-'], { input: lines.join('\n') });
  assert.deepEqual(endings(piped), ['updated', 'updated']);
  assert.ok(Date.parse(piped.summary.reconciled!.as_of) > now);
});

test('a run that was interrupted goes on with the age it had, whatever its file says by then', async (t) => {
  const ROWS = 260;
  const config = 'high_water: 100\nsources:\n  app: { preset: generic, verify: { scheme: none }, match: [email] }\n';
  const {
    export: exported,
    reconcile,
    run,
    sandbox,
    serve,
    start,
  } = await reconciling(t, { sandbox: { contacts: ROWS, latencyMs: 10 } }, config);
  const at = Math.floor(Date.now() / 1000) * 1000 - 10 * MINUTE;
  const rows = Array.from({ length: ROWS }, (_, i) => `contact${i + 1}@example.com,Exported ${i + 1}`);
  const file = exported(['email,name', ...rows], at);
  const off = ['--allow', 'changed', '--rate', '60000'];
  const first = start(['reconcile', '--json', 'app', file, '--run-id', 'night', ...off]);
  await until('some are written', () => sandbox.requests.some(({ method }) => method === 'PUT'));
  first.child.kill('SIGTERM');
  assert.equal((await first.ended).code, 143);
  assert.ok(JSON.parse(first.stdout()).rows < ROWS, 'some rows are still to be read');
  assert.match(first.stderr(), /contact-sync reconcile app export\.csv --run-id night/);

  await serve()('app', upserted(ROWS, { name: 'Told' }, at + MINUTE));
  await until('the event is written', () => sandbox.contacts.get(ROWS)?.name === 'Told');
  exported(['email,name', ...rows], Date.now());
  const said = await run(['reconcile', 'app', file, '--run-id', 'night', ...off, '--as-of', new Date().toISOString()]);
  assert.deepEqual([said.code, /was begun with other options/.test(said.stderr)], [2, true]);
  const last = await reconcile(['app', file, '--run-id', 'night', ...off]);
  assert.equal(last.code, 0, last.stderr);
  assert.equal(last.summary.reconciled?.as_of, new Date(at).toISOString());
  assert.equal(last.outcomes.at(-1)?.reason, 'older-than-written');
  assert.equal(last.summary.outcomes.updated, ROWS - 1);
  assert.equal(sandbox.contacts.get(ROWS)?.name, 'Told');
});

test('rows of records that were deleted since the export are left alone', async (t) => {
  const { export: exported, reconcile, serve, sandbox } = await reconciling(t);
  const send = serve();
  const at = Date.now() - 3 * DAY;
  await send('crm', { id: 'd2', at: at + MINUTE, customer: 'k2', gone: true });
  await send('crm', { id: 'd3', at: at - MINUTE, customer: 'k3', gone: true });
  const row = (n: number) => `contact${n}@example.com,gold,k${n}`;
  const file = exported(['mail,plan,Record', ...[1, 2, 3].map(row)], at);
  const told = await reconcile(['crm', file, '--subject', 'record']);
  assert.deepEqual(endings(told), ['updated', 'deleted-at-source', 'updated']);
  assert.equal(sandbox.contacts.get(2)?.custom_attributes.tier, undefined);
  assert.match(told.stderr, /^export\.csv is 3 d.* old, and what was written is known for .* only/m);
});

test('what cannot be meant is refused before anything is asked', async (t) => {
  const { export: exported, run, sandbox } = await reconciling(t);
  const file = exported(['email,name', 'contact1@example.com,New'], Date.now() - MINUTE);
  const table: [string[], RegExp][] = [
    [['ap', file], /There is no source ap; configured are app, crm, desk\. Did you mean app\?/],
    [['app', file, '--as-of', new Date(Date.now() + MINUTE).toISOString()], /--as-of lies in the future/],
  ];
  for (const [args, said] of table) {
    const { code, stderr } = await run(['reconcile', ...args]);
    assert.deepEqual([code, said.test(stderr)], [2, true], stderr);
  }
  assert.equal(sandbox.requests.length, 0);
});
