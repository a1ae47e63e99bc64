import assert from 'node:assert/strict';
import { test } from 'node:test';
import { choose, type Measured, type Wanted, type Way } from '../../src/lookup/choose.ts';

/** A desk of 100,000 contacts as it was measured (desk time in ms): a page 23 to 54, 15 identifiers 120, 15 e-mails 18. */
const DESK: Measured = { contacts: 100_000, pageMs: 38, identifierMs: 120, indexMs: 18 };

const CASES: [what: string, wanted: Partial<Wanted>, measured: Measured | undefined, forced: Way | 'auto', way: Way][] =
  [
    ['e-mails have an index', { index: 100_000 }, DESK, 'auto', 'filter'],
    ['an e-mail for every contact and more is still cheaper', { index: 150_000 }, DESK, 'auto', 'filter'],
    ['identifiers of the whole account', { identifier: 100_000 }, DESK, 'auto', 'account'],
    ['identifiers of a tenth of it', { identifier: 10_000 }, DESK, 'auto', 'filter'],
    ['about as dear: what differs is read twice by the account', { identifier: 33_000 }, DESK, 'auto', 'filter'],
    ['nothing was measured', { identifier: 100_000 }, undefined, 'auto', 'filter'],
    ['the operator says so', { identifier: 10 }, DESK, 'account', 'account'],
    ['the operator says otherwise', { identifier: 100_000 }, DESK, 'filter', 'filter'],
  ];
for (const [what, wanted, measured, forced, way] of CASES) {
  test(`${what}: ${way}`, () => {
    const choice = choose({ index: 0, identifier: 0, id: 0, ...wanted }, measured, forced);
    assert.equal(choice.way, way);
    assert.notEqual(choice.lookup.why, '');
  });
}

test('a choice says what it costs and what the other way would have cost', () => {
  const { lookup } = choose({ index: 0, identifier: 100_000, id: 0 }, DESK, 'auto');
  assert.equal(lookup.way, 'reading the whole account, 15 contacts a page');
  assert.match(lookup.why, /253 s of the desk's time against 800 s/);
  assert.deepEqual(lookup.others, [{ way: 'filter, 15 contacts a call', calls: 6667, desk_ms: 800_040 }]);
});

test('rows by id are a call each whichever way is taken', () => {
  const { lookup } = choose({ index: 15, identifier: 0, id: 3 }, { ...DESK, contacts: 15 }, 'filter');
  assert.match(lookup.why, /as --lookup filter says: 0\.0 s of the desk's time against 0\.0 s/);
  assert.deepEqual(lookup.others, [{ way: 'reading the whole account, 15 contacts a page', calls: 1, desk_ms: 38 }]);
});
