import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decimal, duration, moment, percent } from '../../src/report/number.ts';

test('a percentage never claims all or nothing unless it is', () => {
  assert.equal(percent(0, 5), '0 %');
  assert.equal(percent(1, 1_000_000), '<0.1 %');
  assert.equal(percent(999_999, 1_000_000), '99.9 %');
  assert.equal(percent(1000, 1000), '100 %');
  assert.equal(percent(49, 1000), '4.9 %');
  assert.equal(percent(0, 0), '0 %');
  assert.equal(percent(1.3, 1), '130.0 %');
});

test('a duration has two units at most', () => {
  const table: [number, string][] = [
    [0, '0.0 s'],
    [12, '<0.1 s'],
    [12_400, '12.4 s'],
    [59_960, '1 min'],
    [192_000, '3 min 12 s'],
    [7_500_000, '2 h 5 min'],
    [3_599_600, '1 h'],
    [86_400_000 * 3 + 4 * 3_600_000, '3 d 4 h'],
  ];
  for (const [ms, text] of table) assert.equal(duration(ms), text);
});

test('a ratio keeps the decimals that matter', () => {
  assert.deepEqual([0.166, 1.0496, 80.64, 2940.4, 2].map(decimal), ['0.17', '1.05', '80.6', '2,940', '2']);
});

test('a moment is in UTC, and what is none is left as it is', () => {
  assert.equal(moment('2026-01-14T03:15:09.123+01:00'), '2026-01-14 02:15:09 UTC');
  assert.equal(moment('soon'), 'soon');
});
