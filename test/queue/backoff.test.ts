import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JOBS } from '../../jobs/catalog.ts';
import { backoffMs } from '../../src/queue/backoff.ts';

const TABLE: [failed: number, longest: number, shortest: number][] = [
  [1, 1000, 750],
  [2, 2000, 1500],
  [3, 4000, 3000],
  [4, 8000, 6000],
  [5, 16_000, 12_000],
  [6, 32_000, 24_000],
  [7, 60_000, 45_000],
  [30, 60_000, 45_000],
  [2000, 60_000, 45_000],
];
for (const [failed, longest, shortest] of TABLE) {
  test(`after ${failed} failed attempts the pause is between ${shortest} and ${longest} ms`, () => {
    assert.equal(
      backoffMs(failed, () => 0),
      longest,
    );
    assert.equal(
      backoffMs(failed, () => 0.5),
      (longest + shortest) / 2,
    );
    assert.equal(
      backoffMs(failed, () => 1),
      shortest,
    );
  });
}

test('a row that fails every time is given up after 15 seconds of pauses at most', () => {
  let total = 0;
  for (let failed = 1; failed < JOBS.update.attempts; failed += 1) total += backoffMs(failed, () => 0);
  assert.equal(total, 15_000);
});
