import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { flat, puts, railed, rowsFor } from './rail.ts';

const lookUps = (sandbox: Sandbox) => sandbox.requests.filter(({ method }) => method === 'POST').length;

const scores = (contacts: number, score: string) =>
  rowsFor(contacts, (i) => ({ 'custom_attributes.score': `${score}-${i}` }));

test('a file with less than half of its former rows is stopped before the first call', async (t) => {
  const { sandbox, file, sync } = await railed(t, { contacts: 60 });
  const first = await sync([file('crm.csv', scores(60, 'a'))]);
  assert.equal(first.code, 0, first.stderr);
  const asked = lookUps(sandbox);
  file('crm.csv', scores(29, 'b'));
  const { code, summary, stderr } = await sync(['crm.csv', '--max-changed', '100']);
  assert.equal(code, 3, stderr);
  assert.deepEqual([puts(sandbox), lookUps(sandbox)], [60, asked], 'neither a write nor a look-up');
  assert.deepEqual([summary.stopped_by, summary.rows, summary.outcomes.cancelled], ['shrunk', 29, 29]);
  assert.equal(summary.reasons['guard-rail'], 29);
  assert.match(flat(stderr), new RegExp(`crm.csv has 29 lines and had 60 with ${first.summary.run}: less than half`));
  assert.match(flat(stderr), /let it pass once with --allow shrunk\./);
  assert.match(flat(stderr), /the books balance/);

  const again = await sync(['crm.csv', '--max-changed', '100']);
  assert.equal(again.code, 3, 'a run that was stopped is nothing to be held against');
  const passed = await sync(['crm.csv', '--max-changed', '100', '--allow', 'shrunk']);
  assert.deepEqual([passed.code, puts(sandbox)], [0, 89], passed.stderr);
  const usual = await sync(['crm.csv']);
  assert.equal(usual.code, 0, 'let pass once, it is what the next run is held against');
});

test('half is enough, --limit shrinks nothing, and the same name elsewhere is another file', async (t) => {
  const { dir, file, sync } = await railed(t, { contacts: 60 });
  assert.equal((await sync([file('crm.csv', scores(60, 'a'))])).code, 0);
  const limited = await sync(['crm.csv', '--limit', '5']);
  assert.deepEqual([limited.code, limited.summary.outcomes.skipped], [0, 55], limited.stderr);
  mkdirSync(path.join(dir, 'other'));
  writeFileSync(path.join(dir, 'other', 'crm.csv'), scores(3, 'a'));
  assert.equal((await sync(['other/crm.csv'])).code, 0);
  file('crm.csv', scores(30, 'a'));
  assert.equal((await sync(['crm.csv'])).code, 0);
});

test('standard input is held against what came through it last, and enqueue says why it stops', async (t) => {
  const { sandbox, run, sync } = await railed(t, { contacts: 50 });
  assert.equal((await sync(['-'], { input: scores(50, 'a') })).code, 0);
  const stopped = await run(['enqueue', '-', '--json', '--run-id', 'cut'], { input: scores(20, 'b') });
  assert.equal(stopped.code, 3, stopped.stderr);
  assert.deepEqual(JSON.parse(stopped.stdout), { run: 'cut', rows: 20, stopped_by: 'shrunk' });
  assert.match(stopped.stderr, /standard input has 20 lines and had 50 with .* --allow shrunk\./);
  assert.equal(puts(sandbox), 50);
  const [state] = JSON.parse((await run(['status', 'cut', '--json'])).stdout).runs;
  assert.deepEqual([state.stopped_by, state.outcomes.cancelled, state.status], ['shrunk', 20, 'cancelled']);
});

test('cells with line breaks: as many lines, but less than half of the rows', async (t) => {
  const { sandbox, file, sync } = await railed(t, { contacts: 60 });
  assert.equal((await sync([file('notes.csv', scores(60, 'a'))])).code, 0);
  file(
    'notes.csv',
    rowsFor(20, (i) => ({ 'custom_attributes.note': `one\ntwo\nthree ${i}` })),
  );
  const { code, summary, stderr } = await sync(['notes.csv']);
  assert.equal(code, 3, stderr);
  assert.deepEqual([puts(sandbox), summary.stopped_by, summary.outcomes.cancelled], [60, 'shrunk', 20]);
  assert.match(flat(stderr), /notes\.csv has 20 rows and had 60 with/);
});
