import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseLossless } from '../../src/contact/json.ts';
import { spellings, textSpellings } from '../../src/contact/spelling.ts';
import { dropNulls, sameValue } from '../../src/contact/value.ts';

test('every spelling of a value is the same to the desk as the value', () => {
  const scalar = fc.oneof(
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.string(),
    fc.constantFrom('2026-01-31', '2026-01-31T00:00:00Z', '2026-01-31T00:00:00.000+00:00', '2026-01-31T08:00:00Z', '5'),
  );
  const value = fc.oneof(scalar, fc.array(scalar), fc.dictionary(fc.string(), scalar));
  fc.assert(
    fc.property(value, (sent) => {
      const shown = parseLossless(JSON.stringify(sent));
      for (const text of spellings(shown)) assert.ok(sameValue(parseLossless(text), dropNulls(shown)), text);
    }),
  );
});

test('a midnight is also its day, a number also without its point, and no digit is lost', () => {
  assert.deepEqual(spellings('2026-01-31T00:00:00.000Z'), ['"2026-01-31T00:00:00.000Z"', '"2026-01-31"']);
  assert.deepEqual(spellings('2026-01-31T08:00:00.000Z'), ['"2026-01-31T08:00:00.000Z"']);
  assert.deepEqual(spellings(parseLossless('5.0')), ['5.0', '5']);
  assert.deepEqual(spellings(parseLossless('9007199254740993')), ['9007199254740993']);
  assert.deepEqual(spellings(undefined), ['null']);
  assert.deepEqual(spellings(''), ['""']);
});

test('text that is blank is text that is not there', () => {
  for (const shown of ['', null, undefined]) assert.deepEqual(textSpellings(shown), ['null', '""']);
  assert.deepEqual(textSpellings('Ada'), ['"Ada"']);
});
