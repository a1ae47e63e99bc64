import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Column } from '../../src/attributes/column.ts';
import { type Finding, findingOf, lineOf, needsAttention, statusOf } from '../../src/attributes/compare.ts';
import type { Surroundings } from '../../src/attributes/sentence.ts';
import { attributesText } from '../../src/attributes/text.ts';
import type { Definition } from '../../src/contact/attribute.ts';

const URL = (id: number) => `https://desk.example.com/app/accounts/1/contacts/${id}`;
const AROUND: Surroundings & { calls: number } = { searchCalls: 67, near: () => undefined, contactUrl: URL, calls: 4 };
const PLAIN = { width: 100, colour: false };

function finding(key: string, cells: readonly string[], definition?: Definition, more: Partial<Finding> = {}): Finding {
  const column = new Column(key, `custom_attributes.${key}`, definition);
  cells.forEach((cell, i) => {
    column.add(cell, i + 2);
  });
  return { ...findingOf(column), ...more };
}

test('the gravest word wins, and only ok and created need nothing', () => {
  const cases: [finding: Finding, status: string, attention: boolean][] = [
    [finding('a', ['x'], { type: 'text' }), 'ok', false],
    [finding('a', [], { type: 'number' }), 'ok', false],
    [finding('a', ['x']), 'missing', true],
    [finding('a', ['x'], undefined, { defined: 'text', created: true }), 'created', false],
    [finding('a', ['1'], undefined, { defined: 'number', created: true, broken: true }), 'broken-filter', true],
    [finding('a', ['x'], { type: 'number' }), 'mismatch', true],
    [finding('a', ['x'], { type: 'number' }, { broken: true }), 'broken-filter', true],
    [finding('a', ['1'], { type: 'currency' }), 'unfilterable', true],
    [finding('a', ['1'], { type: 'percent' }), 'unfilterable', true],
  ];
  for (const [one, status, attention] of cases)
    assert.deepEqual([statusOf(one), needsAttention(one)], [status, attention]);
});

test('the document has every fact, and values only of lists', () => {
  const list = finding('plan', ['gold', 'pro', 'gold'], { type: 'list', options: ['pro'] });
  assert.deepEqual(lineOf(list, URL), {
    key: 'plan',
    column: 'custom_attributes.plan',
    status: 'mismatch',
    defined_type: 'list',
    shown_type: 'text',
    rows: 3,
    bad_rows: 2,
    first_bad_line: 2,
    bad_values: [{ value: 'gold', rows: 2, first_line: 2 }],
  });
  const number = finding('seats', ['2', 'secret'], { type: 'number' }, { broken: true, holders: [7] });
  assert.deepEqual(lineOf(number, URL).contacts, [{ id: 7, url: URL(7) }]);
  assert.ok(!JSON.stringify(lineOf(number, URL)).includes('secret'));
  const many = Array.from({ length: 30 }, (_, i) => `v${i}`);
  assert.equal(lineOf(finding('plan', many, { type: 'list', options: [] }), URL).bad_values?.length, 10);
});

test('so many different values are no names of options and may be personal: none of them is shown', () => {
  const list: Definition = { type: 'list', options: [] };
  const emails = Array.from({ length: 100 }, (_, i) => `person${i}@example.com`);
  const many = finding('plan', emails, list);
  assert.equal(lineOf(many, URL).bad_values, undefined);
  const text = attributesText([many], AROUND, { width: 500, colour: false });
  assert.match(text, /100 rows \(lines 2, .*11 and more\) hold what is no option of it: 100 different values or more/);
  assert.ok(!text.includes('@'));
  const some = attributesText([finding('plan', emails.slice(1), list)], AROUND, { width: 500, colour: false });
  assert.match(some, /"person10@example\.com" and 89 more\./);
});

test('people read a table, one remark for each thing that is wrong with its next step, and the cost', () => {
  const findings = [
    finding('tier', ['free'], { type: 'text' }),
    finding('plan', ['gold', 'pro', 'gold'], { type: 'list', options: ['pro'] }),
    finding('seats', ['2', 'secret'], { type: 'number' }, { broken: true }),
    finding('fee', ['2'], { type: 'currency' }),
    finding('owner', []),
  ];
  assert.equal(
    attributesText(findings, AROUND, PLAIN),
    `ATTRIBUTE  COLUMN                   DEFINED AS  SHOWS    ROWS  STATUS
tier       custom_attributes.tier   text        text        1  ok
plan       custom_attributes.plan   list        text        3  mismatch
seats      custom_attributes.seats  number      text        2  broken-filter
fee        custom_attributes.fee    currency    number      1  unfilterable
owner      custom_attributes.owner  –           nothing     0  missing

! plan is a list, and 2 rows (lines 2, 4) hold what is no option of it: "gold" (2).
  → Add the options in Chatwoot (Settings, Custom Attributes) or correct the cells; sync ends these
    rows as invalid.

! seats is defined as number, and 1 row (line 3) holds something else than a plain decimal number.
  → Correct the cells, or map the column to a key of another type (the column shows text); sync ends
    these rows as invalid.

! seats is defined as number, and some contact holds something else than a plain decimal number:
  every filter on it ends in a server error, for the whole account.
  → To find the contacts, give the same command with --find (67 calls).

! fee is defined as currency: every filter on it ends in a server error of Chatwoot.
  → Define it as number instead, under another key, if contacts have to be found by it.

! owner is not defined in the account: its values would not be shown beside a conversation and
  cannot be filtered.
  → To define it as text (the column is empty), give the same command with --create.

4 calls, nothing was written
`,
  );
});

test('contacts are named with whole addresses on lines of their own, at most twenty of them', () => {
  const holders = Array.from({ length: 22 }, (_, i) => i + 1);
  const text = attributesText([finding('seats', ['2'], { type: 'number' }, { broken: true, holders })], AROUND, {
    width: 40,
    colour: false,
  });
  assert.deepEqual(
    text.match(/^ {4}\d+ {2}https:\S+$/gm)?.map((line) => line.trim()),
    holders.slice(0, 20).map((id) => `${id}  ${URL(id)}`),
  );
  assert.match(text, /^ {4}and 2 more \(all with --json\)$/m);
});

test('when no contact is found, it is said who cannot be seen', () => {
  const none = finding('seats', ['2'], { type: 'number' }, { broken: true, holders: [] });
  const text = attributesText([none], AROUND, { width: 500, colour: false });
  assert.match(text, /contacts without e-mail, phone and identifier are in no list, but break the filter too/);
  assert.match(text, /→ Find them in the database with the query in docs\/attributes\.md\.$/m);
});

test('a missing key that looks like a defined one, or that cannot be created, is said', () => {
  const around = { ...AROUND, near: () => 'plan' };
  const wide = { width: 500, colour: false };
  assert.match(
    attributesText([finding('Plan', ['x'])], around, wide),
    /→ If plan is meant, map the column to it\. To define it as text, give the same command with --create\.$/m,
  );
  const refused = attributesText([finding('email', ['x'], undefined, { refusal: 'No. Do that.' })], around, wide);
  assert.match(refused, /It cannot be created\.\n {2}→ No\. Do that\.$/m);
});

test('what was created is said, and that an empty column left its type open', () => {
  const made = { created: true, defined: 'text' };
  const text = attributesText([finding('a', [], undefined, made), finding('b', ['x'], undefined, made)], AROUND, PLAIN);
  assert.match(text, /^a was created as text; the column is empty, so nothing spoke for another type\.$/m);
  assert.match(text, /^b was created as text\.$/m);
  assert.match(text, /^4 calls, 2 attributes created$/m);
});

test('names from the file cannot move the cursor', () => {
  const text = attributesText([finding('a\u001b[2Jb', ['\u001b[31m'], { type: 'list', options: [] })], AROUND, PLAIN);
  assert.ok(!text.includes('\u001b'));
});
