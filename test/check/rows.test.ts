import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkRows } from '../../src/check/rows.ts';
import { planColumns } from '../../src/mapping/columns.ts';
import type { PlannedSource, SourceRow } from '../../src/producer/source.ts';

function fileOf(header: string[], rows: string[][]): PlannedSource {
  const plan = planColumns(header, { map: {}, emptyCells: 'leave' });
  return {
    path: 'x.csv',
    file: 'x.csv',
    sha256: '',
    size: 0,
    kind: 'csv',
    setsCustomAttributes: false,
    plan,
    async *read() {
      yield rows.map((cells, i): SourceRow => ({ line: i + 2, cells }));
    },
  };
}

test('keys on several lines and addresses with two identifiers are counted by what a run would make of them', async () => {
  const rows = [
    ['a', 'ann@example.com'],
    ['b', 'bob@example.com'],
    ['a', ' ANN@example.com'],
    ['c', 'bob@example.com'],
    ['d', ''],
    ['d', ''],
    ['e', 'none'],
  ];
  const checked = await checkRows(fileOf(['identifier', 'email'], rows));
  assert.deepEqual([checked.rows, checked.sound, checked.contradictions], [7, 6, 1]);
  assert.deepEqual(checked.repeated, {
    keys: 2,
    first: [
      { key: 'identifier', lines: [2, 4] },
      { key: 'identifier', lines: [6, 7] },
    ],
    complete: true,
  });
  assert.deepEqual(checked.invalid, {
    'email-format': { rows: 1, first: [{ line: 8, detail: checked.invalid['email-format']?.first[0]?.detail }] },
  });
});

test('of many wrong rows all are counted and the first ten are named', async () => {
  const checked = await checkRows(
    fileOf(
      ['email'],
      Array.from({ length: 5000 }, () => ['none']),
    ),
  );
  const found = checked.invalid['email-format'];
  assert.equal(found?.rows, 5000);
  assert.deepEqual(
    found?.first.map(({ line }) => line),
    [2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
  );
});
