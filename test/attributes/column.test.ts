import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Column, MOST_DISTINCT, type ShownType } from '../../src/attributes/column.ts';
import type { Definition } from '../../src/contact/attribute.ts';

function column(cells: readonly string[], definition?: Definition): Column {
  const made = new Column('key', 'Key', definition);
  cells.forEach((cell, i) => {
    made.add(cell, i + 2);
  });
  return made;
}

const SHOWN: [cells: string[], shown: ShownType | null][] = [
  [[], null],
  [['true', 'FALSE', ' true '], 'checkbox'],
  [['true', 'yes'], 'text'],
  [['1', '-2.5', '0'], 'number'],
  [['1', 'true'], 'text'],
  [['007'], 'text'],
  [['1e3'], 'text'],
  [['1,5'], 'text'],
  [['999999999999999'], 'number'],
  [['1234567890123456'], 'text'],
  [['2026-02-28', '2028-02-29'], 'date'],
  [['2026-02-30'], 'text'],
  [['2026-02-28T10:00:00Z'], 'text'],
  [['20260228'], 'number'],
  [['https://example.com/a?b=c', 'HTTP://x.io'], 'link'],
  [['https://example.com', 'example.com'], 'text'],
  [['https://a b'], 'text'],
  [['ftp://x.io'], 'text'],
];
for (const [cells, shown] of SHOWN) {
  test(`${JSON.stringify(cells)} shows ${shown ?? 'nothing'}`, () => assert.equal(column(cells).shown, shown));
}

const JUDGED: [type: string, good: string[], bad: string[]][] = [
  ['number', ['1', ' 2.5 '], ['', '1,5', 'many', '007']],
  ['checkbox', ['true', 'False'], ['yes', '1']],
  ['date', ['2026-01-01', '2026-01-01T00:00:00Z'], ['01.01.2026', '2026-13-01']],
  ['link', ['https://x.io', ' http://x.io/a '], ['x.io', 'https://']],
  ['text', ['anything', '1'], []],
  ['currency', ['anything', '1'], []],
];
for (const [type, good, bad] of JUDGED) {
  test(`cells under a ${type} are judged one by one, and the lines of bad ones are kept`, () => {
    const judged = column([...good, ...bad], { type });
    assert.deepEqual([judged.rows, judged.badRows], [good.length + bad.length, bad.length]);
    assert.deepEqual(
      judged.badLines,
      bad.map((_, i) => good.length + i + 2),
    );
    assert.equal(judged.badValues.size, 0, 'values are kept of lists only');
  });
}

test('what a list does not offer is told apart, letter by letter, with its rows and first line', () => {
  const judged = column(['gold', 'free', 'Free', 'gold', 'free '], { type: 'list', options: ['free', 'pro'] });
  assert.deepEqual(judged.badLines, [2, 4, 5, 6]);
  assert.deepEqual(
    [...judged.badValues.values()],
    [
      { value: 'gold', rows: 2, first_line: 2 },
      { value: 'Free', rows: 1, first_line: 4 },
      { value: 'free ', rows: 1, first_line: 6 },
    ],
  );
});

test('a column keeps as much of a million bad cells as of a hundred', () => {
  const judged = new Column('key', 'Key', { type: 'list', options: [] });
  for (let line = 2; line < 5002; line++) judged.add(`v${line}`, line);
  assert.deepEqual([judged.badRows, judged.badLines.length, judged.badValues.size], [5000, 10, MOST_DISTINCT]);
});
