import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MATCH_KEYS } from '../../src/contact/change.ts';
import { isLongerThan, normaliseKey } from '../../src/contact/normalise.ts';

test('normalising twice is normalising once, and never throws', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.emailAddress(),
    fc.emailAddress().map((address) => `  ${address.toUpperCase()}\u00a0`),
    fc.nat().map((digits) => ` +${digits} `),
    fc.nat().map(String),
    fc.string({ unit: fc.constantFrom('İ', 'Σ', 'ß', '@', 'a', ' ') }),
  );
  fc.assert(
    fc.property(fc.constantFrom(...MATCH_KEYS), text, (key, given) => {
      const once = normaliseKey(key, given);
      if (typeof once === 'string') assert.equal(normaliseKey(key, once), once);
      else assert.ok(once.reason.length > 0 && once.detail !== undefined);
    }),
    { numRuns: 2_000 },
  );
});

test('each key has its form', () => {
  assert.equal(normaliseKey('email', ' Ann.B@Example.COM\n'), 'ann.b@example.com');
  assert.equal(normaliseKey('phone_number', ' +4915112345678 '), '+4915112345678');
  assert.equal(normaliseKey('id', ' 7 '), '7');
  assert.equal(normaliseKey('identifier', ' Seven '), ' Seven ');
  assert.deepEqual(normaliseKey('identifier', ''), { reason: 'no-match-key', detail: 'an identifier is never empty' });
});

test('length is counted in code points, as Ruby does', () => {
  assert.equal(isLongerThan('😀'.repeat(255), 255), false);
  assert.equal(isLongerThan('😀'.repeat(256), 255), true);
  assert.equal(isLongerThan('a'.repeat(256), 255), true);
  assert.equal(isLongerThan('a'.repeat(10_000_000), 255), true);
});
