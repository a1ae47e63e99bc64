import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { textFault } from '../../src/contact/check.ts';
import { fit } from '../../src/value/fit.ts';
import { EMPTY, type Normalise } from '../../src/value/normalise.ts';
import { type SettingsOf, VALUE_TYPE_NAMES, VALUE_TYPES, type ValueType } from '../../src/value/value-types.ts';

/** A campaign takes more: `RUNS=100000`. */
const RUNS = Number(process.env.RUNS ?? 1_000);

/** For each type: settings that it is read with, and a field that its values are made for. */
const USES: { [Type in ValueType]: { settings: SettingsOf[Type][]; field: string; defined?: string } } = {
  text: { settings: [{}, { trim: false }, { max_length: 5 }], field: 'custom_attributes.a' },
  email: { settings: [{}], field: 'email' },
  phone: {
    settings: [{}, { country: 'DE' }, { country: 'US' }, { country: 'IT', accept: 'possible' }, { country: 'BR' }],
    field: 'phone_number',
  },
  number: {
    settings: [{}, { locale: 'de' }, { locale: 'fr', percent: 'fraction' }, { locale: 'de-CH' }, { locale: 'en-IN' }],
    field: 'custom_attributes.a',
    defined: 'number',
  },
  boolean: { settings: [{}, { locale: 'de', empty: false }], field: 'custom_attributes.a', defined: 'checkbox' },
  date: {
    settings: [{}, { format: ['dd.MM.yyyy', 'excel', 'iso'], timezone: 'Europe/Berlin' }],
    field: 'custom_attributes.a',
    defined: 'date',
  },
  datetime: {
    settings: [{ timezone: 'America/Sao_Paulo' }, { format: ['d/M/yy H:mm', 'iso'], timezone: 'Asia/Kolkata' }],
    field: 'custom_attributes.a',
    defined: 'date',
  },
  list: { settings: [{ split: ',' }, { split: ':::', join: ':::' }], field: 'custom_attributes.a' },
  url: { settings: [{}, { scheme: 'https' }], field: 'avatar_url' },
};

const phoneLike = fc
  .tuple(
    fc.constantFrom('', ' ', "'", 'tel:', '\u202a'),
    fc.constantFrom('+49 ', '0049', '49', '0', '+49 (0) ', '', '+1 ', '＋３９'),
    fc.constantFrom('151', '30', '213', '55', '392', '3'),
    fc.nat({ max: 99_999_999 }),
    fc.constantFrom('', '', '.0', ' x12', ' / 030 1234567', '/68', 'E+12'),
  )
  .map((parts) => parts.join(''));
const addressLike = fc
  .tuple(
    fc.constantFrom('', ' ', 'mailto:', 'Ann <', '\u200b', ';'),
    fc.string({ unit: fc.constantFrom('a', 'B', 'İ', 'ﬁ', 'ß', 'Σ', '.', '+', '\u0307', 'K'), maxLength: 4 }),
    fc.constantFrom('@example.com', '＠Example.COM', '@b', '@a@b'),
    fc.constantFrom('', ' ', '>', '; b@c.de', ', b@c.de', '?subject=x'),
  )
  .map((parts) => parts.join(''));
const two = (max: number) => fc.integer({ min: 0, max }).map((n) => String(n).padStart(2, '0'));
const time = fc
  .tuple(fc.integer({ min: 0, max: 12_000 }), two(13), two(32), two(25), two(61), fc.constantFrom('', 'Z', '+02:00'))
  .map(([y, m, d, h, min, zone]) => `${String(y).padStart(4, '0')}-${m}-${d}T${h}:${min}${zone}`);
const piece = fc.constantFrom(
  ...[
    '+49',
    '49',
    '0',
    '151',
    '23456789',
    ' ',
    '-',
    '/',
    '(',
    ')',
    '.',
    ',',
    '.0',
    'x12',
    'E+12',
    "'",
    'tel:',
    '%',
    '€',
  ],
  ...[
    '1.234',
    "1'234",
    '1,5',
    'a@b',
    'mailto:',
    '<',
    '>',
    ';',
    'ann@example.com',
    '\u200b',
    '\u00a0',
    '＋４９',
    'İ',
    'ﬁ',
  ],
  ...[
    'https://',
    'www.a.b',
    ':',
    'true',
    'ja',
    'x',
    ':::',
    '2024-03-31',
    ' 02:30',
    '45355',
    '31.03.2024',
    '#REF!',
    'é',
  ],
);
const cell = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.array(piece, { maxLength: 7 }).map((pieces) => pieces.join('')),
  fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }).map(String),
  fc.float().map(String),
  time,
  phoneLike,
  addressLike,
  fc.constantFrom('x', ' Yes', 'NEIN', '0', 'wahr', 'N/A', '', '＃N/A', '#N/A', 'https://a.b/c', 'WWW.a.b'),
);

for (const name of VALUE_TYPE_NAMES) {
  test(`${name}: nothing throws, and what is accepted is text that stays the same and that the desk takes`, async () => {
    const normalise = (await VALUE_TYPES[name].load()) as Normalise<object>;
    const { settings, field, defined } = USES[name];
    const definitions = new Map(defined === undefined ? [] : [['a', { type: defined }]]);
    let accepted = 0;
    fc.assert(
      fc.property(cell, fc.constantFrom(...settings), (text, how) => {
        const read = normalise(text, how);
        if (typeof read !== 'string') {
          assert.ok(read.reason.length > 0);
          return;
        }
        if (read === EMPTY || read === 'null') return;
        accepted++;
        const value = JSON.parse(read);
        assert.equal(textFault(read), undefined);
        assert.equal(typeof fit(field, read, definitions), 'string', read);
        const again = typeof value === 'string' ? value : Array.isArray(value) ? value.join(',') : read;
        // A plain decimal is what a number without a locale is; under another locale its point may mean thousands.
        assert.equal(normalise(again, name === 'number' ? {} : how), read, text);
      }),
      { numRuns: RUNS },
    );
    assert.ok(accepted >= 10, `only ${accepted} cells were accepted`);
  });
}

test('a cell as long as the reader takes is read or refused at once, whatever it holds', async () => {
  const long = (unit: string) => unit.repeat(65_536 / unit.length);
  const cells = [
    '1',
    ' ',
    '+',
    'EUR ',
    '1 ',
    "'",
    '<',
    '< ',
    '-',
    '1-',
    '.',
    '1.',
    '@',
    'a@',
    'a.',
    '1,',
    '#',
    '%',
    '(',
  ];
  const mixed = [`${long('+')}1`, `1${long(' ')}EUR`, `${long("'")}1x`, `https://${long('a.')}`];
  const many = Array.from({ length: 10_000 }, (_, i) => `l${i}`).join(';');
  for (const name of VALUE_TYPE_NAMES) {
    const normalise = (await VALUE_TYPES[name].load()) as Normalise<object>;
    for (const text of [...cells.map(long), ...mixed, many]) {
      for (const settings of USES[name].settings) {
        const begun = performance.now();
        const read = normalise(text, name === 'list' ? {} : settings);
        if (typeof read === 'string') fit(name === 'list' ? 'labels' : USES[name].field, read);
        const took = performance.now() - begun;
        assert.ok(took < 1_000, `${name}: ${Math.round(took)} ms for ${JSON.stringify(text.slice(0, 8))}...`);
      }
    }
  }
});
