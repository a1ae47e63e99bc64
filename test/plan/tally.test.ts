import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { FieldChange, PlanEntry } from '../../src/plan/entry.ts';
import { Tally } from '../../src/plan/tally.ts';
import { sampleEntry } from './sample.ts';

const PLAN = 'custom_attributes.plan';
const set = (field: string, before: string | undefined, after = '"x"'): FieldChange => ({ field, before, after });

function tallied(entries: PlanEntry[], most = 20): Tally {
  const tally = new Tally(most);
  for (const entry of entries) tally.add(entry);
  return tally;
}

function undoOf(...changes: FieldChange[][]) {
  return tallied(changes.map((each, row) => sampleEntry({ row, changes: each }))).undo();
}

test('each field counts the contacts it is filled in, replaced and cleared for, the busiest first', () => {
  const tally = tallied([
    sampleEntry({ changes: [set('name', '"a"'), set(PLAN, '')] }),
    sampleEntry({ row: 1, changes: [set(PLAN, '"a"')] }),
    sampleEntry({ row: 2, changes: [set(PLAN, '"a"', 'null'), set('email', 'null')] }),
  ]);
  assert.deepEqual(tally.fields(), [
    { field: PLAN, filled: 1, replaced: 1, cleared: 1 },
    { field: 'email', filled: 1, replaced: 0, cleared: 0 },
    { field: 'name', filled: 0, replaced: 1, cleared: 0 },
  ]);
});

test('rows that write nothing count nowhere', () => {
  const tally = tallied([
    sampleEntry({ outcome: 'unchanged', changes: [] }),
    sampleEntry({ outcome: 'merged', reason: 'folded-into-newer' }),
    sampleEntry({ outcome: 'invalid', contact_id: null, reason: 'email-format' }),
  ]);
  assert.equal(tally.written, 0);
  assert.deepEqual([tally.fields(), tally.first], [[], []]);
  assert.deepEqual(tally.undo(), { possible: true, only_so_far: [] });
});

test('an attribute named like a member of every object is a field like any other', () => {
  const [field] = tallied([sampleEntry({ changes: [set('__proto__', ''), set('constructor', '')] })]).fields();
  assert.deepEqual(field, { field: '__proto__', filled: 1, replaced: 0, cleared: 0 });
});

test('what was read can be put back, a key of custom_attributes that was not there too', () => {
  assert.deepEqual(undoOf([set('name', '"a"'), set(PLAN, ''), set('additional_attributes.city', '"Bonn"')]), {
    possible: true,
    only_so_far: [],
  });
});

test('a picture cannot be put back, a new key of additional_attributes only emptied, unread values not at all', () => {
  const found = undoOf(
    [set('avatar_url', undefined), set('name', '"a"')],
    [set('additional_attributes.city', ''), set('additional_attributes.country', '')],
    [set('email', undefined), set('name', undefined)],
  );
  assert.equal(found.possible, true);
  assert.deepEqual(
    found.only_so_far.map(({ what, contacts }) => [what.split(';')[0], contacts]),
    [
      ['a new picture', 1],
      ['a new key in additional_attributes', 1],
      ['written without being read', 1],
    ],
  );
});

test('an undo is impossible when every contact is created, unread or only gets a picture', () => {
  const tally = tallied([
    sampleEntry({ outcome: 'created', contact_id: null, changes: [set('name', '')] }),
    sampleEntry({ row: 1, changes: [set('name', undefined)] }),
    sampleEntry({ row: 2, changes: [set('avatar_url', undefined)] }),
  ]);
  const { possible, only_so_far } = tally.undo();
  assert.equal(possible, false);
  assert.deepEqual(
    only_so_far.map(({ contacts }) => contacts),
    [1, 1, 1],
  );
});

test('the first entries are those with the lowest rows, in whatever order they come, and no more are kept', () => {
  const rows = fc.uniqueArray(fc.nat(1000), { maxLength: 60 });
  fc.assert(
    fc.property(rows, fc.nat(30), (order, most) => {
      const tally = tallied(
        order.map((row) => sampleEntry({ row })),
        most,
      );
      assert.deepEqual(
        tally.first.map(({ row }) => row),
        [...order].sort((a, b) => a - b).slice(0, most),
      );
      assert.equal(tally.written, order.length);
    }),
  );
});
