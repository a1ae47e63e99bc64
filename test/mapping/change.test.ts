import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Definitions } from '../../src/contact/attribute.ts';
import { toChange } from '../../src/mapping/change.ts';
import { type ColumnOptions, planColumns } from '../../src/mapping/columns.ts';
import { REASONS } from '../../src/run/reason.ts';

const PLACE = { row: 4, file: 0, line: 6 };

function change(row: Record<string, string>, options: Partial<ColumnOptions> = {}, definitions?: Definitions) {
  const plan = planColumns(Object.keys(row), { map: {}, emptyCells: 'leave', ...options });
  return toChange(plan, PLACE, Object.values(row), definitions);
}

function fault(row: Record<string, string>, options: Partial<ColumnOptions> = {}, definitions?: Definitions) {
  const result = change(row, options, definitions);
  assert.ok('fault' in result, JSON.stringify(result));
  assert.deepEqual([result.row, result.file, result.line], [4, 0, 6]);
  return [result.fault.reason, result.fault.detail];
}

function patch(row: Record<string, string>, options: Partial<ColumnOptions> = {}, definitions?: Definitions) {
  const result = change(row, options, definitions);
  assert.ok('patch' in result, JSON.stringify(result));
  return result.patch;
}

test('a row becomes keys, the deciding key and a patch of JSON texts', () => {
  const row = { id: ' 42 ', email: ' Ann@Example.COM ', name: ' Ann "A" ', 'custom_attributes.plan': '007' };
  assert.deepEqual(change(row), {
    ...PLACE,
    keys: { id: '42', email: 'ann@example.com' },
    match: ['id'],
    patch: { email: '"ann@example.com"', name: '" Ann \\"A\\" "', 'custom_attributes.plan': '"007"' },
  });
});

test('the first key with a value decides; several only when they were named', () => {
  const row = { id: '', identifier: 'crm-1', email: 'a@b.c', phone_number: '+4915112345678' };
  const chosen = (options: Partial<ColumnOptions>, cells = row) => {
    const result = change(cells, options);
    return 'match' in result ? result.match : result.fault.reason;
  };
  assert.deepEqual(chosen({}), ['identifier']);
  assert.deepEqual(chosen({ match: ['email'] }), ['email']);
  assert.deepEqual(chosen({ match: ['phone_number', 'id', 'email'] }), ['phone_number', 'email']);
  assert.deepEqual(chosen({ match: ['email'] }, { ...row, email: '' }), 'no-match-key');
  assert.deepEqual(fault({ id: '', email: '  ', name: 'x' }), ['no-match-key', 'no value in "id", "email"']);
});

test('an identifier is taken exactly as it stands', () => {
  const result = change({ identifier: ' CRM-1 ', name: 'x' });
  assert.ok('keys' in result);
  assert.deepEqual(result.keys, { identifier: ' CRM-1 ' });
  assert.deepEqual(fault({ identifier: 'x'.repeat(256) })[0], 'too-long');
});

test('an empty cell leaves or clears, and never clears a key that may find the contact', () => {
  const row = { id: '1', email: '', name: '', 'custom_attributes.plan': ' ', avatar_url: '' };
  assert.deepEqual(patch(row), {});
  assert.deepEqual(patch(row, { emptyCells: 'clear' }), { name: 'null', 'custom_attributes.plan': 'null' });
  assert.deepEqual(patch(row, { emptyCells: 'clear', match: ['id'] }), {
    email: 'null',
    name: 'null',
    'custom_attributes.plan': 'null',
  });
});

test('#N/A clears whatever the policy, but is no key', () => {
  const row = { id: '1', email: '#N/A', identifier: ' #N/A', name: '#N/A', 'additional_attributes.city': '#N/A' };
  assert.deepEqual(change(row), {
    ...PLACE,
    keys: { id: '1' },
    match: ['id'],
    patch: { email: 'null', identifier: 'null', name: 'null', 'additional_attributes.city': 'null' },
  });
  assert.equal(fault({ email: '#N/A', name: 'x' })[0], 'no-match-key');
  assert.equal(fault({ id: '#N/A', name: 'x' })[0], 'no-match-key');
});

test('what Chatwoot would refuse is refused here, with the column and without the value', () => {
  const base = { id: '1' };
  const long = 'ü'.repeat(256);
  const cases: [Record<string, string>, string][] = [
    [{ id: '0' }, 'id-not-a-number'],
    [{ id: '12a' }, 'id-not-a-number'],
    [{ id: '1.0' }, 'id-not-a-number'],
    [{ id: '1'.repeat(20) }, 'id-not-a-number'],
    [{ ...base, email: 'a b@c.d' }, 'email-format'],
    [{ ...base, email: 'a@b@c' }, 'email-format'],
    [{ ...base, email: 'nobody' }, 'email-format'],
    [{ ...base, email: `${'a'.repeat(250)}@b.com` }, 'too-long'],
    [{ ...base, phone_number: '0151 1234' }, 'phone-format'],
    [{ ...base, phone_number: '+49 151 1234' }, 'phone-format'],
    [{ ...base, phone_number: 'tel:+4915112345678' }, 'phone-format'],
    [{ ...base, phone_number: '+0123' }, 'phone-format'],
    [{ ...base, phone_number: '+1234567890123456' }, 'phone-format'],
    [{ ...base, name: long }, 'too-long'],
    [{ ...base, 'additional_attributes.city': long }, 'location-too-long'],
    [{ ...base, 'additional_attributes.country': long }, 'location-too-long'],
    [{ ...base, blocked: 'no' }, 'not-boolean'],
    [{ ...base, blocked: '1' }, 'not-boolean'],
    [{ ...base, blocked: '#N/A' }, 'not-boolean'],
    [{ ...base, avatar_url: 'ftp://x/y.png' }, 'url-format'],
    [{ ...base, avatar_url: 'https://' }, 'url-format'],
    [{ ...base, avatar_url: 'https://x/a b.png' }, 'url-format'],
    [{ ...base, avatar_url: '#N/A' }, 'url-format'],
    [{ ...base, name: 'a\0b' }, 'nul-byte'],
    [{ ...base, identifier: 'a\0' }, 'nul-byte'],
    [{ ...base, 'custom_attributes.x': 'a\ud800' }, 'bad-text'],
  ];
  for (const [row, reason] of cases) {
    const [field = '', value = ''] = Object.entries(row).at(-1) ?? [];
    const [found, detail] = fault(row);
    assert.equal(found, reason, field);
    assert.ok(detail?.startsWith(`"${field}"`), detail);
    if (value.length > 3 && value !== '#N/A') assert.ok(!detail?.includes(value), detail);
  }
});

test('what Chatwoot takes passes', () => {
  const long = '😀'.repeat(255);
  assert.deepEqual(
    patch({
      id: '9223372036854775807',
      name: long,
      blocked: ' TRUE ',
      avatar_url: ' https://x.y/a.png ',
      'additional_attributes.city': long,
      'custom_attributes.notes': 'n'.repeat(5_000),
    }),
    {
      name: JSON.stringify(long),
      blocked: 'true',
      avatar_url: '"https://x.y/a.png"',
      'additional_attributes.city': JSON.stringify(long),
      'custom_attributes.notes': JSON.stringify('n'.repeat(5_000)),
    },
  );
});

test('a mapped column is named with its field', () => {
  assert.deepEqual(fault({ Mail: 'x' }, { map: { Mail: 'email' } }), [
    'email-format',
    '"Mail" (email): not one address of the form name@domain',
  ]);
});

test('definitions give attributes their JSON type', () => {
  const definitions: Definitions = new Map([
    ['n', { type: 'number' }],
    ['c', { type: 'checkbox' }],
    ['d', { type: 'date' }],
    ['l', { type: 'list', options: ['gold', 'Silver'] }],
    ['t', { type: 'text' }],
  ]);
  const typed = (key: string, text: string) => {
    const result = change({ id: '1', [`custom_attributes.${key}`]: text }, {}, definitions);
    return 'patch' in result ? result.patch[`custom_attributes.${key}`] : `!${result.fault.reason}`;
  };
  const cases: [string, string, string][] = [
    ['n', ' 42 ', '42'],
    ['n', '-0.50', '-0.50'],
    ['n', '90071992547409931234', '90071992547409931234'],
    ...['007', '1e5', '1,5', '+1', '.5', '1.', 'NaN', '0x10', '--1'].map((text): [string, string, string] => [
      'n',
      text,
      '!not-a-number',
    ]),
    ['c', 'False', 'false'],
    ['c', 'yes', '!not-boolean'],
    ['c', '1', '!not-boolean'],
    ['d', '2024-02-29', '"2024-02-29"'],
    ['d', ' 2024-12-31T23:59:59.000Z', '"2024-12-31T23:59:59.000Z"'],
    ...['2023-02-29', '2024-13-01', '2024-00-01', '2024-01-00', '04.03.2024', '2024-1-1', '2024-01-01x', '45355'].map(
      (text): [string, string, string] => ['d', text, '!not-a-date'],
    ),
    ['l', 'Silver', '"Silver"'],
    ['l', 'silver', '!not-an-option'],
    ['t', ' 42', '" 42"'],
    ['undefined', 'true', '"true"'],
  ];
  for (const [key, text, expected] of cases) assert.equal(typed(key, text), expected, `${key} ${text}`);
  assert.deepEqual(patch({ id: '1', 'custom_attributes.n': '#N/A' }, {}, definitions), {
    'custom_attributes.n': 'null',
  });
});

test('a key named __proto__ is a key like any other', () => {
  const row = JSON.parse('{"id":"1","custom_attributes.__proto__":"x"}') as Record<string, string>;
  assert.deepEqual(patch(row), { 'custom_attributes.__proto__': '"x"' });
});

test('any cells give a change or a documented fault, never an exception', () => {
  const header = ['id', 'email', 'phone_number', 'identifier', 'name', 'blocked', 'avatar_url', 'custom_attributes.n'];
  const definitions: Definitions = new Map([['n', { type: 'number' }]]);
  const cell = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('', '#N/A', '1', 'a@b.c', '+4915112345678', 'true', 'https://x.y', '\ud800', '\0'),
  );
  fc.assert(
    fc.property(
      fc.array(cell, { maxLength: 9 }),
      fc.constantFrom<'leave' | 'clear'>('leave', 'clear'),
      (cells, emptyCells) => {
        const result = toChange(planColumns(header, { map: {}, emptyCells }), PLACE, cells, definitions);
        if ('fault' in result) {
          assert.ok((REASONS[result.fault.reason].outcomes as readonly string[]).includes('invalid'));
          return;
        }
        assert.equal(result.match.length, 1);
        for (const text of Object.values(result.patch)) JSON.parse(text);
        assert.ok(!('id' in result.patch));
      },
    ),
    { numRuns: 1_000 },
  );
});

test('labels: what a cell adds, removes and sets, one field each', () => {
  assert.deepEqual(patch({ id: '1', labels: '+vip, -old' }), { 'labels.vip': 'true', 'labels.old': 'false' });
  assert.deepEqual(patch({ id: '1', Tags: '=b,a' }, { map: { Tags: 'labels' } }), { labels: '["a","b"]' });
  assert.deepEqual(fault({ id: '1', labels: 'vip' }), ['label-format', '"labels": an entry has neither + nor -']);
  assert.deepEqual(fault({ id: '1', labels: '+a\0' })[0], 'nul-byte');
});

test('labels: #N/A clears them all, an empty cell leaves them unless it is to clear', () => {
  assert.deepEqual(patch({ id: '1', labels: '#N/A' }), { labels: '[]' });
  assert.deepEqual(patch({ id: '1', labels: ' ' }), {});
  assert.deepEqual(patch({ id: '1', labels: '' }, { emptyCells: 'clear' }), { labels: '[]' });
});
