import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Compared } from '../../jobs/sorting.ts';
import type { LiveContact } from '../../src/contact/live.ts';
import type { Patch } from '../../src/contact/patch.ts';
import { fold } from '../../src/match/fold.ts';
import { CLEARED, comparisonsOf, unchangedOf } from '../../src/rails/compared.ts';
import { waiting } from '../jobs/world.ts';

const ADA: LiveContact = {
  id: 7,
  name: 'Ada',
  email: 'ada@x.test',
  phone_number: null,
  identifier: '',
  blocked: false,
  custom_attributes: { plan: 'pro', note: null, seats: 5 },
  additional_attributes: {},
};

type Row = { patch: Patch; run?: string; decided?: boolean };

/** As the job `match` hands it over: contact 7, found by its e-mail, and its rows in their order. */
function compared(rows: Row[], live: LiveContact | undefined = ADA): Compared[] {
  const matched = rows.map(({ patch, run = 'r1', decided = false }, i) => ({
    row: waiting(i, { patch, run, ...(decided ? { expect: { of: 'each' as const, held: {} } } : {}) }),
    live,
    matchedBy: 'email' as const,
  }));
  return fold(new Map([['7', matched]])).map((change) => ({ change, live, at: 0 }));
}

const one = (patch: Patch) => comparisonsOf(compared([{ patch }])).get('r1')![0]!;

test('a contact changes when a value that it holds would be replaced or cleared, and not when a gap is filled', () => {
  for (const [patch, changed] of [
    [{ name: '"Bea"' }, true],
    [{ name: '"Ada"' }, false],
    [{ 'custom_attributes.plan': 'null' }, true],
    [{ 'custom_attributes.seats': '"5"' }, false],
    [{ blocked: 'true' }, true],
    [{ phone_number: '"+4912345"' }, false],
    [{ identifier: '"crm-1"' }, false],
    [{ 'custom_attributes.note': '"new"' }, false],
    [{ 'custom_attributes.other': '"new"' }, false],
    [{ avatar_url: '"https://x.test/a.png"' }, false],
    [{ name: '"Ada"', phone_number: '"+4912345"', 'custom_attributes.plan': '"free"' }, true],
  ] as [Patch, boolean][]) {
    assert.equal(one(patch).changed, changed, JSON.stringify(patch));
  }
});

test('values are told apart and not kept; what found the contact is no field', () => {
  const { fields } = one({
    email: '"ada@x.test"',
    name: '"Bea"',
    'custom_attributes.plan': 'null',
    phone_number: '"+49"',
  });
  assert.deepEqual(
    fields.map(({ field, wanted, held, changed }) => [field, wanted === CLEARED, held === '', changed]),
    [
      ['name', false, false, true],
      ['custom_attributes.plan', true, false, true],
      ['phone_number', false, true, false],
    ],
  );
  assert.ok(!/Bea|Ada|pro|49/.test(JSON.stringify(fields)));
  assert.notEqual(fields[0]!.wanted, fields[0]!.held);
  const same = one({ name: '"Ada"' }).fields[0]!;
  assert.equal(same.wanted, same.held);
});

test('a constant stays one, in whatever type a contact holds it', () => {
  const asNumber = one({ 'custom_attributes.seats': '"9"' }).fields[0]!;
  const asText = one({ 'custom_attributes.plan': '"9"' }).fields[0]!;
  assert.equal(asNumber.wanted, asText.wanted);
});

test('each run answers for its own rows; of a contact that stands in a file twice the last word counts', () => {
  const rows: Row[] = [
    { patch: { name: '"Bea"' } },
    { patch: { name: '"Ada"', blocked: 'false' } },
    { patch: { 'custom_attributes.plan': '"free"' }, run: 'r2' },
  ];
  const runs = comparisonsOf(compared(rows));
  assert.deepEqual(
    [...runs].map(([run, [comparison, ...more]]) => [
      run,
      comparison!.row,
      comparison!.changed,
      comparison!.fields.map(({ field }) => field),
      more.length,
    ]),
    [
      ['r1', 1, false, ['name', 'blocked'], 0],
      ['r2', 2, true, ['custom_attributes.plan'], 0],
    ],
  );
});

test('what was decided upon, and what was not read, is not counted', () => {
  assert.equal(comparisonsOf(compared([{ patch: { name: '"Bea"' }, decided: true }])).size, 0);
  assert.equal(
    comparisonsOf(compared([{ patch: { name: '"Bea"' } }], undefined).map((c) => ({ ...c, live: undefined }))).size,
    0,
  );
  const mixed = comparisonsOf(
    compared([{ patch: { blocked: 'false' } }, { patch: { name: '"Bea"' }, run: 'r2', decided: true }]),
  );
  assert.deepEqual([...mixed.keys()], ['r1']);
});

test('rows that are known to change nothing count with what they want, which is what their contacts hold', () => {
  const patches = [
    { name: '"Ada"', 'custom_attributes.note': 'null' },
    { name: '"Ada"' },
    ...Array.from({ length: 9 }, (_, i) => ({ name: `"Name ${i}"` })),
  ];
  const { wanted } = one({ name: '"Ada"' }).fields[0]!;
  const [name, note] = unchangedOf(patches);
  assert.deepEqual([name!.field, name!.n, name!.held], ['name', 11, 11]);
  assert.equal(name!.values[0], wanted, 'the same digest as of a contact that was read');
  assert.ok(name!.values.length >= 3, 'as many as a rail asks for');
  assert.deepEqual(note, { field: 'custom_attributes.note', n: 1, held: 0, values: [CLEARED] });
});
