import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VALUE_TYPES } from '../../src/value/value-types.ts';
import { type Row, reads, remarks } from './read.ts';

const OURS = '"+4915123456789"';
const DE = { country: 'DE' };

test('what people and programs write around a number', async () => {
  await reads('phone', DE, [
    ['+49 151 23456789', OURS],
    ['+49 (0) 151 / 23456789', OURS],
    ['0049 151-234 567 89', OURS],
    ['0151 23456789', OURS],
    ['0151/23456789', OURS],
    ["'+49 151 23456789", OURS],
    ["''004915123456789", OURS],
    ['‘0151 23456789', OURS],
    ['tel:+49-151-23456789', OURS],
    ['TEL: 0151 23456789', OURS],
    ['＋４９ １５１ ２３４５６７８９', OURS],
    ['+٤٩١٥١٢٣٤٥٦٧٨٩', OURS],
    ['\u202a+49 151 23456789\u202c', OURS],
    ['+49\u00a0151\u202f23456789', OURS],
    ['  0151 23456789\n', OURS],
    ['+1 (213) 373-4253', '"+12133734253"'],
    ['030 1234567', '"+49301234567"'],
    ["'", ''],
  ]);
});

test('a number that went through a column of decimals loses what it gained', async () => {
  await reads('phone', DE, [
    ['+4915123456789.0', OURS],
    ['4915123456789.0', OURS],
    ['15123456789.00', OURS],
    ['213.373.4253', '"+12133734253"', { country: 'US' }],
  ]);
});

test('a number in scientific notation is refused: its digits are lost', async () => {
  const rows: Row<'phone'>[] = [
    '4.91512E+12',
    '4,91512E+12',
    '4.91512e12',
    '5E+11',
    "'4.91512E+12",
    '＋4.91512E+12',
  ].map((cell) => [cell, '!phone-excel-scientific']);
  await reads('phone', DE, rows);
});

test('digits that begin with the country code are that country, if such a number exists', async () => {
  await reads('phone', DE, [
    ['4915123456789', OURS],
    // A mobile number with a digit too few, or 0491 (Leer) without its zero: +49 491 512345678 exists.
    ['491512345678', '!phone-ambiguous'],
    ['0491 512345678', '"+49491512345678"'],
    ['15123456789', OURS],
    ['12025550123', '"+12025550123"', { country: 'US' }],
    // Italian mobile numbers begin with their country's code, and nothing is dialled before them.
    ['392 123 4567', '"+393921234567"', { country: 'IT' }],
    ['393921234567', '"+393921234567"', { country: 'IT' }],
    // 48 is Poland and an area of it, 47 is Norway and the beginning of mobile numbers there.
    ['483621234', '"+48483621234"', { country: 'PL' }],
    ['47123456', '"+4747123456"', { country: 'NO' }],
    // 55 is Brazil and an area of it.
    ['(55) 99999-1234', '"+5555999991234"', { country: 'BR' }],
  ]);
});

test('the full metadata knows which numbers exist', async () => {
  await reads('phone', DE, [
    ['+491512345678', '!phone-not-in-use'],
    ['+491512345678', '"+491512345678"', { country: 'DE', accept: 'possible' }],
    ['112', '!phone-not-in-use'],
    ['+49151234567890123', '!phone-not-in-use'],
    ['+999 123456', '!phone-format'],
  ]);
});

test('without a country only numbers with their own are read', async () => {
  await reads('phone', {}, [
    ['+4915123456789', OURS],
    ['00 49 151 23456789', OURS],
    ['0151 23456789', '!phone-country-unknown'],
    ['4915123456789', '!phone-country-unknown'],
    ['no phone', '!phone-format'],
  ]);
});

test('two numbers in a cell are refused: which is meant is not for us to say', async () => {
  const two = ['0151 23456789 / 030 1234567', '+4915123456789+4915123456780', '+4915123456789; 030 1234567'];
  const more = ['+4915123456789 ::: +49301234567', '0151 23456789 oder 030 1234567', '0151 23456789\n0301234567'];
  const range = ['030 1234567/68', '030 1234567 / 8'];
  await reads(
    'phone',
    DE,
    [...two, ...more, ...range].map((cell): Row<'phone'> => [cell, '!phone-several']),
  );
});

test('an extension is left out with a remark, or is what is asked for', async () => {
  const ext = { country: 'DE', part: 'extension' } as const;
  await reads('phone', DE, [
    ['+49 30 1234567 x12', '"+49301234567"'],
    ['030 1234567 ext. 12', '"+49301234567"'],
    ['tel:+49301234567;ext=12', '"+49301234567"'],
    ['030 1234567 ext. 12', '"12"', ext],
    ['030 1234567', '', ext],
  ]);
  assert.deepEqual(await remarks('phone', DE, '030 1234567 x12'), ['extension-dropped']);
  assert.deepEqual(await remarks('phone', DE, '030 1234567'), []);
  assert.deepEqual(await remarks('phone', ext, '030 1234567 x12'), []);
});

test('what is no number is refused', async () => {
  await reads('phone', DE, [
    ['N/A', '!placeholder'],
    ['-', '!placeholder'],
    ['#REF!', '!formula-error'],
    ['#N/A', 'null'],
    ['call me', '!phone-format'],
    ['1-800-FLOWERS', '!phone-format', { country: 'US' }],
    ['Order 4915123456789', '!phone-format'],
    ['015123456789²', '!phone-format'],
    ['+', '!phone-format'],
  ]);
});

test('a fault never holds digits of the number', async () => {
  const phone = await VALUE_TYPES.phone.load();
  for (const cell of ['491512345678', '4.91512E+12', '+491512345678', '0151 23456789 / 030 1234567', 'abc 4711']) {
    const fault = phone(cell, DE);
    assert.ok(typeof fault !== 'string', cell);
    assert.doesNotMatch(fault.detail ?? '', /\d{2}/);
  }
});

test('of several numbers the first is taken where their separator is said', async () => {
  await reads('phone', { split: ',' }, [
    ['+49 30 901820, +49 151 23456789', '"+4930901820"'],
    [', +49 30 901820', '"+4930901820"'],
    [',', ''],
  ]);
  assert.deepEqual(await remarks('phone', { split: ':::' }, '+4930901820 ::: +4915123456789'), ['several-numbers']);
});
