import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diff } from '../../src/contact/diff.ts';
import { formerOf } from '../../src/contact/former.ts';
import { labelFault, reportedFields, sameLabels, wantedLabels } from '../../src/contact/label.ts';
import { readLabels } from '../../src/contact/label-cell.ts';
import { type LiveContact, toLive } from '../../src/contact/live.ts';
import type { Patch } from '../../src/contact/patch.ts';

function live(labels?: string[]): LiveContact {
  return { ...toLive({ id: 1 })!, ...(labels === undefined ? {} : { labels }) };
}

const CELLS: [cell: string, patch: Patch][] = [
  ['+vip', { 'labels.vip': 'true' }],
  [' +vip , - old customer;+New ', { 'labels.New': 'true', 'labels.vip': 'true', 'labels.old customer': 'false' }],
  ['+vip,+VIP', { 'labels.vip': 'true' }],
  ['=', { labels: '[]' }],
  [' = b , a;b ', { labels: '["a","b"]' }],
  ['=Größe 10', { labels: '["Größe 10"]' }],
  [`+${'😀'.repeat(255)}`, { [`labels.${'😀'.repeat(255)}`]: 'true' }],
];
for (const [cell, patch] of CELLS) {
  test(`the cell ${JSON.stringify(cell.slice(0, 40))} says what to do`, () => {
    assert.deepEqual(readLabels(cell), patch);
  });
}

const FAULTY: [cell: string, detail: RegExp][] = [
  ['vip', /neither \+ nor -/],
  ['+vip, lead', /neither \+ nor -/],
  ['+', /empty/],
  ['+vip,', /empty/],
  ['+vip,,-old', /empty/],
  ['=a,', /empty/],
  ['=,', /empty/],
  ['=a,+b', /= stands with/],
  ['+a,=b', /= stands with/],
  ['=a,=b', /sign stands twice/],
  ['++a', /sign stands twice/],
  ['+a,-A', /both added and removed/],
  ['+a\u0007b', /control character/],
  ['+"quoted"', /quotation mark/],
  [`-${'x'.repeat(256)}`, /more than 255/],
];
for (const [cell, detail] of FAULTY) {
  test(`the cell ${JSON.stringify(cell.slice(0, 40))} is refused`, () => {
    const { reason, detail: said } = readLabels(cell);
    assert.equal(reason, 'label-format');
    assert.match(said!, detail);
  });
}

test('no fault repeats the label itself', () => {
  assert.ok(!labelFault(`"${'secret'}`)!.includes('secret'));
});

test('only labels that differ are a difference, whatever their case and order', () => {
  const held = live(['VIP', 'lead']);
  assert.deepEqual(diff({ 'labels.vip': 'true', 'labels.gone': 'false', labels: '["lead","vip"]' }, held), {});
  const other = { 'labels.new': 'true', 'labels.Lead': 'false', labels: '["vip"]' };
  assert.deepEqual(diff(other, held), other);
  assert.deepEqual(diff({ labels: '[]' }, live([])), {});
  assert.deepEqual(diff({ labels: 'null' }, live([])), {});
});

test('labels that were not read may be any', () => {
  const patch = { 'labels.vip': 'true', 'labels.old': 'false', labels: '[]' };
  assert.deepEqual(diff(patch, live()), patch);
  for (const field of Object.keys(patch)) assert.equal(formerOf(field, live()), undefined);
});

test('the former value of one label is whether it was held, of the list the list', () => {
  const held = live(['vip', 'Lead']);
  assert.deepEqual(
    ['labels', 'labels.lead', 'labels.old'].map((field) => formerOf(field, held)),
    ['["vip","Lead"]', 'true', 'false'],
  );
});

test('putting the former values back gives the former labels', () => {
  const before = ['lead', 'old'];
  const patch: Patch = { 'labels.vip': 'true', 'labels.old': 'false', 'labels.lead': 'true' };
  const after = wantedLabels(patch, before);
  const back = Object.fromEntries(Object.keys(patch).map((field) => [field, formerOf(field, live(before))!]));
  assert.ok(sameLabels(wantedLabels(back, after), before));
});

test('a list comes first and single labels on top of it; one that is to stay stays as it is held', () => {
  const held = ['kept', 'old'];
  assert.deepEqual(wantedLabels({ 'labels.vip': 'true', 'labels.OLD': 'false' }, held), ['kept', 'vip']);
  assert.deepEqual(wantedLabels({ 'labels.Kept': 'true' }, held), held, 'the spelling held stays');
  assert.deepEqual(wantedLabels({ labels: '["a"]', 'labels.vip': 'true', 'labels.a': 'false' }, held), ['vip']);
  assert.deepEqual(wantedLabels({ labels: '["a"]', 'labels.kept': 'null', 'labels.x': 'null' }, held), ['a', 'kept']);
});

test('a report names labels as one field', () => {
  assert.deepEqual(reportedFields(['name', 'labels.a', 'labels', 'labels.b', 'custom_attributes.labels']), [
    'name',
    'labels',
    'custom_attributes.labels',
  ]);
});
