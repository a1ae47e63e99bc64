import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Change, MatchKey } from '../../src/contact/change.ts';
import { type Condition, conditionsOf, filterBody, lookupOf, packCalls } from '../../src/match/condition.ts';
import type { LookupKind } from '../../src/queue/intake.ts';

type Keys = Change['keys'];
const E = { email: 'a@x.test' };
const P = { phone_number: '+15550001' };
const I = { identifier: 'crm-1' };
const ID = { id: '7' };

function rowWith(keys: Keys, match: MatchKey[]): Change {
  return { row: 0, file: 0, line: 2, keys, match, patch: {} };
}

const LOOKUPS: [keys: Keys, match: MatchKey[], kind: LookupKind, conditions: string][] = [
  [E, ['email'], 'index', 'email'],
  [P, ['phone_number'], 'index', 'phone_number'],
  [I, ['identifier'], 'identifier', 'identifier'],
  [ID, ['id'], 'id', ''],
  [{ ...E, ...P }, ['email'], 'index', 'email'],
  [{ ...E, ...P }, ['phone_number'], 'index', 'email phone_number'],
  [{ ...E, ...P }, ['email', 'phone_number'], 'index', 'email phone_number'],
  [{ ...I, ...E }, ['identifier'], 'index', 'email'],
  [{ ...I, ...P }, ['identifier'], 'index', 'phone_number'],
  [{ ...I, ...E, ...P }, ['identifier'], 'index', 'email'],
  [{ ...ID, ...E }, ['id'], 'index', 'email'],
  [{ ...ID, ...P }, ['id'], 'index', 'phone_number'],
  [{ ...ID, ...I }, ['id'], 'id', ''],
  [{ ...ID, ...I }, ['id', 'identifier'], 'id', ''],
  [{ ...ID, ...I }, ['identifier', 'id'], 'identifier', 'identifier'],
  [{ ...ID, ...I }, ['identifier'], 'identifier', 'identifier'],
];
for (const [keys, match, kind, conditions] of LOOKUPS) {
  test(`a row with ${Object.keys(keys)} matched by ${match} is looked up by ${conditions || 'nothing'}`, () => {
    const row = rowWith(keys, match);
    assert.equal(lookupOf(row), kind);
    if (kind !== 'id')
      assert.equal(
        conditionsOf(row, kind)
          .map(({ key }) => key)
          .join(' '),
        conditions,
      );
  });
}

test('what the first look-up left over is asked for by identifier, and by the other keys that may decide', () => {
  const kinds = (match: MatchKey[]) =>
    conditionsOf(rowWith({ ...I, ...E, ...P }, match), 'identifier').map(({ key }) => key);
  assert.deepEqual(kinds(['identifier']), ['identifier']);
  assert.deepEqual(kinds(['identifier', 'email']), ['identifier', 'email']);
  assert.deepEqual(kinds(['identifier', 'phone_number']), ['identifier', 'phone_number']);
});

test('conditions are packed fifteen a call, each value once', () => {
  const rows = Array.from({ length: 40 }, (_, i) => rowWith({ email: `c${i % 33}@x.test` }, ['email']));
  const calls = packCalls(rows, 'index');
  assert.deepEqual(
    calls.map((call) => call.length),
    [15, 15, 3],
  );
  assert.equal(new Set(calls.flat().map(({ value }) => value)).size, 33);
  assert.deepEqual(packCalls([], 'index'), []);
});

test('the same text as e-mail and as identifier are two conditions', () => {
  const both = [rowWith({ identifier: 'a@x.test' }, ['identifier']), rowWith({ ...I, ...E }, ['email'])];
  assert.equal(packCalls(both, 'identifier').flat().length, 3);
});

test('the body has one condition a value, joined by OR but for the last, and phones without plus', () => {
  const conditions: Condition[] = [
    { key: 'email', value: 'a@x.test' },
    { key: 'phone_number', value: '+15550001' },
    { key: 'identifier', value: '+1"' },
  ];
  assert.deepEqual(JSON.parse(filterBody(conditions)), {
    payload: [
      { attribute_key: 'email', filter_operator: 'equal_to', values: ['a@x.test'], query_operator: 'OR' },
      { attribute_key: 'phone_number', filter_operator: 'equal_to', values: ['15550001'], query_operator: 'OR' },
      { attribute_key: 'identifier', filter_operator: 'equal_to', values: ['+1"'], query_operator: null },
    ],
  });
});
