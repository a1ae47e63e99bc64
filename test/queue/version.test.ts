import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { versionOf } from '../../src/queue/version.ts';

const time = fc.integer({ min: 0, max: 4e12 });
const row = fc.integer({ min: 0, max: 2 ** 35 });

test('versions sort as text like their time, then their row', () => {
  fc.assert(
    fc.property(time, row, time, row, (t1, r1, t2, r2) => {
      const order = t1 === t2 ? Math.sign(r1 - r2) : Math.sign(t1 - t2);
      const [one, other] = [versionOf(t1, r1), versionOf(t2, r2)];
      assert.equal(one < other ? -1 : one > other ? 1 : 0, order);
    }),
  );
});

test('a version has 16 characters that need no escape', () => {
  fc.assert(fc.property(time, row, (t, r) => assert.match(versionOf(t, r), /^[0-9a-z]{16}$/)));
});

test('a time before 1970 or with fractions still makes a version', () => {
  assert.equal(versionOf(-5, 1), versionOf(0, 1));
  assert.equal(versionOf(1.9, 1), versionOf(1, 1));
});
