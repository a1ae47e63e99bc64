import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CLEARED } from '../../src/rails/compared.ts';
import { type FieldStatistics, judge, judgeSource } from '../../src/rails/judge.ts';

const OPTIONS = { maxChanged: 80, allow: [] };

function field(more: Partial<FieldStatistics> = {}): FieldStatistics {
  return { compared: 40, held: 40, changed: 30, wanted: ['a'], values: ['a', 'b', 'c'], ...more };
}

const column = (more: Partial<FieldStatistics>) =>
  judge({ compared: 40, changed: 30, fields: new Map([['name', field(more)]]) }, OPTIONS);

test('changed: more than the limit, of 20 contacts at least', () => {
  const trips = (changed: number, compared: number, limit: number) =>
    judge({ compared, changed, fields: new Map() }, { maxChanged: limit, allow: [] }).map(({ name }) => name);
  for (const [changed, compared, limit, hit] of [
    [33, 40, 80, true],
    [32, 40, 80, false],
    [19, 19, 80, false],
    [20, 20, 80, true],
    [1, 20, 0, true],
    [0, 20, 0, false],
    [500, 500, 100, false],
    [0, 0, 0, false],
  ] as const)
    assert.deepEqual(trips(changed, compared, limit), hit ? ['changed'] : [], `${changed}/${compared} ${limit}`);
});

test('column: one value for all, over most of at least three different ones', () => {
  assert.deepEqual(column({}), [{ name: 'column', field: 'name', how: 'constant', changed: 30, held: 40 }]);
  assert.deepEqual(
    column({ wanted: [CLEARED], changed: 40 }).map((trip) => trip.name === 'column' && trip.how),
    ['empty'],
  );
  assert.equal(column({ changed: 21 }).length, 1);
  assert.equal(column({ compared: 20, held: 3, changed: 2 }).length, 1);
  for (const passes of [
    { wanted: ['a', 'b'] },
    { values: ['a', 'b'] },
    { changed: 20 },
    { compared: 19, held: 19, changed: 19 },
    { held: 0, changed: 0, values: [] },
  ])
    assert.deepEqual(column(passes), [], JSON.stringify(passes));
});

test('each can be let pass alone, and all that are hit are named, the most telling first', () => {
  const fields = new Map([
    ['name', field()],
    ['blocked', field({ wanted: ['a', 'b'] })],
    ['custom_attributes.plan', field()],
  ]);
  const statistics = { compared: 40, changed: 40, fields };
  const names = (allow: string[]) => judge(statistics, { maxChanged: 80, allow }).map(({ name }) => name);
  assert.deepEqual(names([]), ['column', 'column', 'changed']);
  assert.deepEqual(names(['column']), ['changed']);
  assert.deepEqual(names(['changed']), ['column', 'column']);
  assert.deepEqual(names(['changed', 'column']), []);
});

test('shrunk: less than half of 20 rows at least; by lines without the header before it is read, by rows afterwards', () => {
  const before = { run: 'r0', lines: 101, rows: 90 };
  const now = { path: 'a.csv', lines: 50, rows: undefined };
  assert.deepEqual(judgeSource(now, before), {
    name: 'shrunk',
    path: 'a.csv',
    unit: 'lines',
    before: 100,
    now: 49,
    run: 'r0',
  });
  assert.equal(judgeSource({ ...now, lines: 51 }, before), undefined);
  assert.equal(judgeSource({ ...now, rows: 45 }, before), undefined, 'half of the rows is half');
  const rows = judgeSource({ ...now, lines: 200, rows: 44 }, before);
  assert.deepEqual(rows?.name === 'shrunk' && [rows.unit, rows.before, rows.now], ['rows', 90, 44]);
  assert.equal(judgeSource({ ...now, lines: 1 }, { run: 'r0', lines: 20, rows: 19 }), undefined, 'too short to tell');
  assert.equal(judgeSource({ ...now, lines: 0 }, { run: 'r0', lines: 21, rows: 20 })?.name, 'shrunk');
});
