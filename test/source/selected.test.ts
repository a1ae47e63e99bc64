import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Selection, selected } from '../../src/source/csv/selected.ts';

function selectionOf(lines: readonly number[]): Selection {
  const selection = new Selection();
  for (const line of lines) selection.add(line);
  return selection;
}

async function* batchesOf(lines: readonly number[], size: number): AsyncGenerator<{ line: number }[]> {
  for (let i = 0; i < lines.length; i += size) yield lines.slice(i, i + size).map((line) => ({ line }));
}

test('a selection holds exactly the lines that were put in, however far apart', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 5_000_000 })),
      fc.integer({ min: 1, max: 5_000_000 }),
      (lines, other) => {
        const selection = selectionOf(lines);
        assert.ok(lines.every((line) => selection.has(line)));
        assert.equal(selection.has(other), lines.includes(other));
        assert.equal(selection.size, new Set(lines).size);
      },
    ),
    { numRuns: 50 },
  );
});

test('two selections have the same digest when they hold the same lines, in whatever order they came', () => {
  assert.equal(selectionOf([2, 70_000, 9]).digest(), selectionOf([70_000, 9, 2, 9]).digest());
  assert.notEqual(selectionOf([2, 9]).digest(), selectionOf([2, 9, 70_000]).digest());
  assert.notEqual(selectionOf([]).digest(), selectionOf([1]).digest());
});

test('selected records keep their number among all, and reading begins at the given place among the selected', async () => {
  const lines = [2, 3, 6, 7, 8, 12];
  const read = async (from: number) => {
    const found: [line: number, ordinal: number][] = [];
    for await (const batch of selected(batchesOf(lines, 4), selectionOf([3, 7, 12]), from))
      found.push(...batch.map(({ record, ordinal }): [number, number] => [record.line, ordinal]));
    return found;
  };
  assert.deepEqual(await read(0), [
    [3, 1],
    [7, 3],
    [12, 5],
  ]);
  assert.deepEqual(await read(2), [[12, 5]]);
  assert.deepEqual(await read(3), []);
});
