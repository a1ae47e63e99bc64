import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isWebAddress } from '../../src/contact/web-address.ts';

test('an address is complete, of http or https, and without spaces', () => {
  for (const good of ['https://example.com', 'HTTP://example.com/ä?b#c', 'https://[::1]:3000/']) {
    assert.equal(isWebAddress(good), true, good);
  }
  const bad = [
    'example.com',
    '//example.com',
    'ftp://example.com',
    'https://',
    'https:///a',
    'https://a b',
    'https://a\n',
  ];
  for (const one of [...bad, 'https://[', 'javascript:alert(1)', '']) assert.equal(isWebAddress(one), false, one);
});

test('a name with letters of Latin-1 is the same address in the first row and in the hundred-thousandth', () => {
  for (let row = 0; row < 100_000; row++) assert.equal(isWebAddress('https://ex\u00e4mple.com/'), true, `row ${row}`);
});
