import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Change, MatchKey } from '../../src/contact/change.ts';
import type { LiveContact } from '../../src/contact/live.ts';
import type { Condition } from '../../src/match/condition.ts';
import { fold, type MatchedRow } from '../../src/match/fold.ts';
import { resolve } from '../../src/match/resolve.ts';
import type { LookupKind } from '../../src/queue/intake.ts';
import { waiting } from '../jobs/world.ts';

type Keys = Change['keys'];
const E = { email: 'a@x.test' };
const P = { phone_number: '+15550001' };
const I = { identifier: 'crm-1' };
const ID = { id: '7' };

function rowWith(keys: Keys, match: MatchKey[]): Change {
  return { row: 0, file: 0, line: 2, keys, match, patch: {} };
}

function live(id: number, given: Partial<LiveContact> = {}): LiveContact {
  const none = { name: null, email: null, phone_number: null, identifier: null, blocked: false };
  return { id, ...none, custom_attributes: {}, additional_attributes: {}, ...given };
}

const ADA = live(7, { ...E, ...P, ...I });
const TWIN = live(8, { ...P, identifier: 'CRM-1' });
const RESOLVED: [
  what: string,
  keys: Keys,
  match: MatchKey[],
  found: LiveContact[],
  kind: LookupKind,
  expected: string,
][] = [
  ['by e-mail', E, ['email'], [ADA], 'index', 'contact 7 email live'],
  ['by e-mail whatever its case', E, ['email'], [live(7, { email: 'A@X.test' })], 'index', 'contact 7 email live'],
  ['by phone', P, ['phone_number'], [ADA], 'index', 'contact 7 phone_number live'],
  ['by a phone that two share', P, ['phone_number'], [ADA, TWIN], 'index', 'ambiguous 2'],
  ['by an e-mail nobody has', E, ['email'], [TWIN], 'index', 'not-found'],
  [
    'by identifier found through the e-mail',
    { ...I, ...E },
    ['identifier'],
    [ADA],
    'index',
    'contact 7 identifier live',
  ],
  [
    'by identifier, the e-mail is of another',
    { ...I, ...E },
    ['identifier'],
    [live(9, E)],
    'index',
    'left-over to identifier',
  ],
  ['by identifier, the e-mail is unknown', { ...I, ...E }, ['identifier'], [], 'index', 'left-over to identifier'],
  ['by identifier', I, ['identifier'], [ADA], 'identifier', 'contact 7 identifier live'],
  [
    'by identifier, beside one that differs in case',
    I,
    ['identifier'],
    [TWIN, ADA],
    'identifier',
    'contact 7 identifier live',
  ],
  ['by identifier that only differs in case', I, ['identifier'], [TWIN], 'identifier', 'not-found'],
  ['by id that was found', { ...ID, ...E }, ['id'], [ADA], 'index', 'contact 7 id live'],
  ['by id, the e-mail is of another', { ...ID, ...E }, ['id'], [live(9, E)], 'index', 'left-over to id'],
  ['by id, nothing found', { ...ID, ...E }, ['id'], [], 'index', 'left-over to id'],
  [
    'by e-mail or else phone, e-mail known',
    { ...E, ...P },
    ['email', 'phone_number'],
    [ADA, TWIN],
    'index',
    'contact 7 email live',
  ],
  [
    'by e-mail or else phone, e-mail unknown',
    { ...E, ...P },
    ['email', 'phone_number'],
    [TWIN],
    'index',
    'contact 8 phone_number live',
  ],
  [
    'by phone or else e-mail, phone shared',
    { ...E, ...P },
    ['phone_number', 'email'],
    [ADA, TWIN],
    'index',
    'ambiguous 2',
  ],
  [
    'by identifier or else e-mail, in the first look-up',
    { ...I, ...E },
    ['identifier', 'email'],
    [live(9, E)],
    'index',
    'left-over to identifier',
  ],
  [
    'by identifier or else e-mail, in the second',
    { ...I, ...E },
    ['identifier', 'email'],
    [live(9, E)],
    'identifier',
    'contact 9 email live',
  ],
  ['by e-mail or else identifier', { ...I, ...E }, ['email', 'identifier'], [], 'index', 'left-over to identifier'],
  ['by id, asked for and not there', ID, ['id'], [], 'id', 'gone'],
  ['by id, asked for', ID, ['id'], [ADA], 'id', 'contact 7 id live'],
  ['by identifier or else id', { ...ID, ...I }, ['identifier', 'id'], [], 'identifier', 'left-over to id'],
];
for (const [what, keys, match, found, kind, expected] of RESOLVED) {
  test(`${what}: ${expected}`, () => {
    const is = resolve(rowWith(keys, match), { contacts: found, refused: [] }, kind);
    const text =
      is.type === 'contact'
        ? `contact ${is.contact} ${is.matchedBy} ${is.live === undefined ? 'blind' : 'live'}`
        : is.type === 'ambiguous'
          ? `ambiguous ${is.contacts}`
          : is.type === 'left-over'
            ? `left-over to ${is.to}`
            : is.type;
    assert.equal(text, expected);
  });
}

test('a key that the desk answers with a server error is refused, unless another way found the contact', () => {
  const refused: Condition[] = [{ key: 'email', value: 'a@x.test' }];
  assert.equal(resolve(rowWith(E, ['email']), { contacts: [], refused }, 'index').type, 'refused');
  assert.equal(resolve(rowWith({ ...I, ...E }, ['identifier']), { contacts: [], refused }, 'index').type, 'left-over');
  assert.equal(
    resolve(rowWith({ email: 'b@x.test' }, ['email']), { contacts: [], refused }, 'index').type,
    'not-found',
  );
});

function matched(row: number, patch: Record<string, unknown>, more: Partial<MatchedRow> = {}): MatchedRow {
  const texts = Object.fromEntries(Object.entries(patch).map(([field, value]) => [field, JSON.stringify(value)]));
  return { row: waiting(row, { patch: texts }), live: ADA, matchedBy: 'email', ...more };
}

test('rows of one contact are folded: the newest value of each field counts, whatever their order', () => {
  const rows = [matched(9, { name: 'new' }), matched(3, { name: 'old', blocked: true })];
  const [change] = fold(new Map([['7', rows]]));
  assert.deepEqual(
    change!.rows.map(({ row }) => row),
    [3, 9],
  );
  assert.deepEqual(
    change!.fields.map(({ field, value, version, differs }) => [field, value, Number(version), differs]),
    [
      ['name', '"new"', 9, true],
      ['blocked', 'true', 3, true],
    ],
  );
});

test('a value that the contact holds does not differ; a contact that was not read differs in everything', () => {
  const held = live(7, { name: 'A', custom_attributes: { seats: 5 } });
  const patch = { name: 'A', 'custom_attributes.seats': '5', blocked: true };
  const differing = (one: MatchedRow) => fold(new Map([['7', [one]]]))[0]!.fields.filter(({ differs }) => differs);
  assert.deepEqual(
    differing(matched(0, patch, { live: held })).map(({ field }) => field),
    ['blocked'],
  );
  assert.equal(differing(matched(0, patch, { live: undefined, matchedBy: 'id' })).length, 3);
});

test('the key that found the contact is no field to write; the others are', () => {
  const keys = { email: 'a@x.test', identifier: 'other' };
  const fields = (matchedBy: MatchKey) => fold(new Map([['7', [matched(0, keys, { matchedBy })]]]))[0]!.fields;
  assert.deepEqual(
    fields('email').map(({ field }) => field),
    ['identifier'],
  );
  assert.deepEqual(
    fields('identifier').map(({ field, differs }) => [field, differs]),
    [['email', false]],
  );
});

test('contacts are folded each for itself', () => {
  const changes = fold(
    new Map([
      ['7', [matched(0, { name: 'A' })]],
      ['8', [matched(1, { name: 'B' })]],
    ]),
  );
  assert.deepEqual(
    changes.map(({ contact, fields }) => [contact, fields[0]!.value]),
    [
      ['7', '"A"'],
      ['8', '"B"'],
    ],
  );
});
