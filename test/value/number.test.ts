import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settingFaults } from '../../src/value/settings-fault.ts';
import { reads } from './read.ts';

test('each locale has its signs, and those of another are refused', async () => {
  await reads('number', {}, [
    ['1,234.56', '1234.56', { locale: 'en' }],
    ['1,234.56', '1234.56', { locale: 'en-US' }],
    ['1,234', '1234'],
    ['1.234', '1.234'],
    ['1.234,56', '!number-format'],
    ['1.234,56', '1234.56', { locale: 'de' }],
    ['1.234', '1234', { locale: 'de' }],
    ['1,5', '1.5', { locale: 'de' }],
    ['1.5', '!number-format', { locale: 'de' }],
    ['1,234.56', '!number-format', { locale: 'de-DE' }],
    ['1 234,56', '1234.56', { locale: 'fr' }],
    ['1\u00a0234,56', '1234.56', { locale: 'fr' }],
    ['1\u202f234\u202f567,5', '1234567.5', { locale: 'fr' }],
    ['1\u2009234', '1234', { locale: 'sv-SE' }],
    ["1'234.50", '1234.50', { locale: 'de-CH' }],
    ['1’234.50', '1234.50', { locale: 'ch' }],
    ['1 234,5', '1234.5', { locale: 'de-AT' }],
    ['1.234,5', '1234.5', { locale: 'de-AT' }],
    ['12,34,567.8', '1234567.8', { locale: 'en-IN' }],
    ['12,34,567.8', '!number-format', { locale: 'en' }],
    ['1,234.5', '1234.5', { locale: 'es-MX' }],
    ['1 234', '1234', { locale: 'pt_PT' }],
  ]);
});

test('groups are whole and of one sign, or two numbers would be read as one', async () => {
  await reads('number', { locale: 'fr' }, [
    ['12 34', '!number-format'],
    ['1234 567', '!number-format'],
    ['1 234 5678', '!number-format'],
    ['1,2,3', '!number-format'],
    ['1,234 567', '!number-format'],
    ['1,,234', '!number-format', { locale: 'en' }],
    [',234', '!number-format', { locale: 'en' }],
    ['1.234 567', '!number-format', { locale: 'de-AT' }],
  ]);
});

test('currency, signs and brackets', async () => {
  await reads('number', { locale: 'de' }, [
    ['1.234,50 €', '1234.50'],
    ['€ 1.234,50', '1234.50'],
    ['EUR 20', '20'],
    ['20 EUR', '20'],
    ['20,- €', '20'],
    ['-5 €', '-5'],
    ['€-5', '-5'],
    ['5-', '-5'],
    ['−5', '-5'],
    ['+5', '5'],
    ['(12)', '-12'],
    ['(1.234,5 €)', '-1234.5'],
    ['(-12)', '!number-format'],
    ['--5', '!number-format'],
    ['-0', '0'],
    ['(0,00)', '0.00'],
    ['US$5', '5'],
    ['$1,234.50', '1234.50', { locale: 'en' }],
    ["CHF 1'234.50", '1234.50', { locale: 'ch' }],
    ['kr 5', '!number-format'],
  ]);
});

test('digits are never counted by a double', async () => {
  await reads('number', {}, [
    ['9007199254740993', '9007199254740993'],
    ['0.1000000000000000055511151231257827', '0.1000000000000000055511151231257827'],
    ['1,234,567,890,123,456,789.10', '1234567890123456789.10'],
    ['.5', '0.5'],
    ['1.50', '1.50'],
  ]);
});

test('percent is written as it stands, or as a fraction', async () => {
  const fraction = { locale: 'de', percent: 'fraction' } as const;
  await reads('number', { locale: 'de' }, [
    ['12 %', '12'],
    ['12,5%', '12.5'],
    ['12 %', '0.12', fraction],
    ['12,5%', '0.125', fraction],
    ['-5 %', '-0.05', fraction],
    ['1.234 %', '12.34', fraction],
    ['0 %', '0.00', fraction],
    ['12', '12', fraction],
    ['12 %%', '!number-format'],
  ]);
});

test('what is no number, or says more than one', async () => {
  await reads('number', {}, [
    ['007', '!number-format'],
    ['01234', '!number-format'],
    ['1E5', '!number-format'],
    ['4.9E+12', '!number-format'],
    ['5²', '!number-format'],
    ['½', '!number-format'],
    ['٣', '!number-format'],
    ['1.', '!number-format'],
    ['.', '!number-format'],
    ['€', '!number-format'],
    ['%', '!number-format'],
    ['()', '!number-format'],
    ['twelve', '!number-format'],
    ['Infinity', '!number-format'],
    ['NaN', '!placeholder'],
    ['-', '!placeholder'],
    ['#DIV/0!', '!formula-error'],
    ['#N/A', 'null'],
    ['１２３', '123'],
  ]);
});

test('a locale whose numbers are not known is a fault of the settings', async () => {
  assert.deepEqual(await settingFaults('number', { locale: 'de-DE' }), []);
  const [fault] = await settingFaults('number', { locale: 'tlh' });
  assert.equal(fault?.setting, 'locale');
});
