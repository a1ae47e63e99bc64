import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Rig, rig } from './rig.ts';
import { records } from './table.ts';

const labelsOf = ({ sandbox }: Pick<Rig, 'sandbox'>, id: number) => sandbox.contacts.get(id)!.labels;
const email = (i: number) => `contact${i}@example.com`;

test('labels are added, removed and set, and the second time nothing is written', async (t) => {
  const world = await rig(t, { sandbox: { contacts: 6 } });
  const { sandbox, file, sync } = world;
  for (const id of [1, 2, 3, 4, 5, 6]) sandbox.contacts.edit(id, { labels: ['old', 'Kept'] });
  const name = file(
    'labels.csv',
    records([
      { email: email(1), Tags: '+vip, -old' },
      { email: email(2), Tags: '=a;b' },
      { email: email(3), Tags: '=' },
      { email: email(4), Tags: '#N/A', name: 'Four' },
      { email: email(5), Tags: '+KEPT,-gone' },
      { email: email(6), Tags: '' },
    ]),
  );
  const first = await sync([name, '--map', 'Tags=labels']);
  assert.equal(first.code, 0, first.stderr);
  assert.deepEqual(
    [1, 2, 3, 4, 5, 6].map((id) => labelsOf(world, id)),
    [['Kept', 'vip'], ['a', 'b'], [], [], ['old', 'Kept'], ['old', 'Kept']],
  );
  assert.deepEqual(
    first.outcomes.map(({ outcome, fields }) => [outcome, fields]),
    [
      ['updated', ['labels']],
      ['updated', ['labels']],
      ['updated', ['labels']],
      ['updated', ['name', 'labels']],
      ['unchanged', []],
      ['unchanged', []],
    ],
  );
  // Five contacts to compare, and four once more right before they are written.
  const { update, filter, read, labels } = first.summary.calls;
  assert.deepEqual({ update, filter, read, labels }, { update: 1, filter: 1, read: 9, labels: 4 });

  const second = await sync([name, '--map', 'Tags=labels']);
  assert.equal(second.summary.outcomes.unchanged, 6);
  assert.deepEqual([second.summary.calls.update, second.summary.calls.labels], [0, 0]);
});

test('the rows of one contact put their labels together, and what agents added stays', async (t) => {
  const world = await rig(t, { sandbox: { contacts: 3 } });
  const { sandbox, file, sync } = world;
  for (const id of [1, 2, 3]) sandbox.contacts.edit(id, { labels: ['by-an-agent', 'old'] });
  const rows = [
    { id: '1', labels: '+a' },
    { id: '2', labels: '+a' },
    { id: '3', labels: '=a,b' },
    { id: '1', labels: '-old,+b' },
    { id: '2', labels: '=x' },
    { id: '3', labels: '+c,-a' },
    { id: '1', labels: '-a' },
  ];
  const { code, summary, stderr } = await sync([file('labels.csv', records(rows))]);
  assert.equal(code, 0, stderr);
  assert.deepEqual(
    [1, 2, 3].map((id) => labelsOf(world, id)),
    [['by-an-agent', 'b'], ['x'], ['b', 'c']],
  );
  assert.deepEqual([summary.outcomes.updated, summary.outcomes.merged, summary.calls.labels], [3, 4, 3]);
});

test('rows by id that are not read first have their labels compared in the write', async (t) => {
  const world = await rig(t, { sandbox: { contacts: 2 } });
  world.sandbox.contacts.edit(1, { labels: ['vip'] });
  const rows = [
    { id: '1', labels: '+vip' },
    { id: '2', labels: '+vip' },
  ];
  const { outcomes, summary } = await world.sync([world.file('labels.csv', records(rows)), '--no-undo']);
  assert.deepEqual(
    outcomes.map(({ outcome }) => outcome),
    ['unchanged', 'updated'],
  );
  assert.deepEqual([summary.calls.read, summary.calls.labels], [2, 1]);
});

test('contacts that are created get their labels', async (t) => {
  const world = await rig(t);
  const rows = [
    { email: email(1), name: 'One', labels: '+vip,-old' },
    { email: email(2), name: 'Two', labels: '=' },
  ];
  const { summary, stderr, code } = await world.sync([
    world.file('labels.csv', records(rows)),
    '--on-missing',
    'create',
  ]);
  assert.equal(code, 0, stderr);
  const held = world.sandbox.contacts.all().map(({ name, labels }) => [name, labels]);
  assert.deepEqual(held.sort(), [
    ['One', ['vip']],
    ['Two', []],
  ]);
  assert.deepEqual([summary.outcomes.created, summary.calls.create, summary.calls.labels], [2, 2, 1]);
});

test('labels without a sign are refused with the way to write them, and come back as they were', async (t) => {
  const world = await rig(t, { sandbox: { contacts: 3 } });
  const rows = [
    { email: email(1), labels: 'vip' },
    { email: email(2), labels: '=a,+b' },
    { email: email(3), labels: '+ok' },
  ];
  const name = world.file('labels.csv', records(rows));
  const { code, outcomes, summary } = await world.sync([name]);
  assert.equal(code, 1);
  assert.deepEqual(
    outcomes.map(({ outcome, reason }) => [outcome, reason]),
    [
      ['invalid', 'label-format'],
      ['invalid', 'label-format'],
      ['updated', null],
    ],
  );
  const report = join(summary.report_dir, 'needs-attention.csv');
  const text = readFileSync(report, 'utf8');
  assert.match(text, /Write \+vip to add, -old to remove/);
  // The spreadsheet's guard stands in front of what it would compute, and is taken off again.
  const mended = text.replace(/(example\.com,)vip,/, `$1'+vip,`).replace(`"'=a,+b"`, `"'=a,b"`);
  assert.notEqual(mended, text);
  const fixed = await world.sync([world.file('fixed.csv', mended)]);
  assert.equal(fixed.code, 0, fixed.stderr);
  assert.deepEqual([labelsOf(world, 1), labelsOf(world, 2), labelsOf(world, 3)], [['vip'], ['a', 'b'], ['ok']]);
});
