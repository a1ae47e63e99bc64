import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Lowest } from '../../src/plan/lowest.ts';

test('the lowest rows are kept, in their order, whichever way they come', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat()), fc.nat({ max: 30 }), (rows, most) => {
      const lowest = new Lowest<{ row: number }>(most);
      for (const row of rows) lowest.add({ row });
      assert.deepEqual(
        lowest.all.map(({ row }) => row),
        rows.toSorted((a, b) => a - b).slice(0, most),
      );
    }),
  );
});

test('all of many are kept without looking at each of them again', () => {
  const lowest = new Lowest<{ row: number }>(Number.POSITIVE_INFINITY);
  let looks = 0;
  const counted = (row: number) => ({
    get row() {
      looks++;
      return row;
    },
  });
  for (let row = 0; row < 10_000; row++) lowest.add(counted(row));
  assert.equal(lowest.all.length, 10_000);
  assert.ok(looks < 50_000, `${looks} looks`);
});
