import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';
import { CONFIG } from '../../config/schema.ts';
import { meaningOf } from '../../src/init/column-names.ts';
import { propose } from '../../src/init/propose.ts';
import { shownBy } from '../../src/init/shown.ts';
import { configText } from '../../src/init/yaml.ts';

const NAMES: [string, string | undefined][] = [
  ['E-Mail', 'email'],
  ['Email Address', 'email'],
  ['Correo electrónico', 'email'],
  ['Téléphone', 'phone_number'],
  ['Mobile Phone', 'phone_number'],
  ['Vorname', 'first_name'],
  ['Prénom', 'first_name'],
  ['Record ID', 'identifier'],
  ['Kunden-Nr.', 'identifier'],
  ['Firma', 'additional_attributes.company_name'],
  ['Email Opt Out', 'consent'],
  ['Accepts Email Marketing', 'consent'],
  ['Unsubscribed', 'consent'],
  ['Umsatz', undefined],
];

test('columns are known by their names in several languages, consent before all else', () => {
  for (const [name, meaning] of NAMES) assert.equal(meaningOf(name), meaning, name);
});

const SHOWN: [string[], string, string?][] = [
  [['ja', 'nein'], 'boolean'],
  [['0', '1'], 'text'],
  [['1', '12'], 'number'],
  [['007', '012'], 'text'],
  [['1.234,56', '3'], 'number', 'de'],
  [['1,234.56', '3'], 'number', 'en'],
  [['1.234', '5.678'], 'text'],
  [['1,234', '5.678'], 'text'],
  [['12345678901234567890'], 'text'],
  [['2024-03-04'], 'date'],
  [['2024-03-04 08:15'], 'datetime'],
  [['04.03.2024'], 'date', 'dd.MM.yyyy'],
  [['03/04/2024', '13/04/2024'], 'date', 'dd/MM/yyyy'],
  [['03/04/2024', '04/13/2024'], 'date', 'MM/dd/yyyy'],
  [['03/04/2024', '05/06/2024'], 'text'],
  [['13/04/2024', '04/13/2024'], 'text'],
  [['a;b', 'c'], 'list'],
  [['https://example.com/a'], 'url'],
  [['x', '1'], 'text'],
  [[], 'text'],
];

test('a type is what all cells show; what may be read in two ways stays a text', () => {
  for (const [cells, type, how] of SHOWN) {
    const shown = shownBy(cells);
    assert.deepEqual([shown.type, shown.format ?? shown.locale], [type, how], cells.join(' | '));
    assert.ok(!cells.some((cell) => cell.length > 4 && shown.reason.includes(cell)), 'a reason holds no value');
  }
});

test('the proposal is a valid configuration whatever the columns are called', () => {
  const names = [
    'E-Mail',
    'yes',
    'a: b',
    '# c',
    '"d"',
    "e'",
    '{f}',
    'g\u2028h',
    'Plan',
    'Tarrif',
    'First Name',
    'Last Name',
  ];
  const columns = names.map((name) => ({ name, cells: ['x'] }));
  const definitions = new Map([
    ['plan', { type: 'number' }],
    ['tarif', { type: 'text' }],
  ]);
  const proposals = propose(columns, definitions);
  const place = { baseUrl: 'https://desk.example.com', accountId: 7, insecure: false };
  const read = { encoding: 'latin1', delimiter: '#' };
  const text = configText(place, { source: 'crm', path: 'x\n.csv', rows: 1, read, proposals });
  const config = CONFIG.parse(parse(text));
  const { columns: said, fields, match, encoding, delimiter } = config.sources.crm!.file!;
  assert.deepEqual([encoding, delimiter], ['windows-1252', '#']);
  assert.deepEqual(Object.keys(said), names);
  assert.deepEqual(said['E-Mail'], { to: 'email', type: 'email' });
  assert.equal(said.Plan, false, 'defined as a number, and shows texts');
  assert.equal(said.Tarrif, false, 'similar is not the same');
  assert.match(text, /Tarrif: false {2}# or custom_attributes\.tarif .*only similar/);
  assert.deepEqual([match, fields], [['email'], { name: '{First Name} {Last Name}' }]);
});

test('of two columns for a field the fuller one is taken; a phone number finds nobody where a better key is', () => {
  const columns = [
    { name: 'Telefon', cells: ['+491'] },
    { name: 'Mobil', cells: ['+491', '0151'] },
    { name: 'Id', cells: ['1', '2'] },
  ];
  const { columns: proposed, match } = propose(columns, new Map());
  assert.deepEqual(
    proposed.map(({ to }) => to),
    [undefined, 'phone_number', 'identifier'],
  );
  assert.match(proposed[1]!.reason, /1 of 2 numbers have no country code/);
  assert.deepEqual(match, ['identifier']);
});
