import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { MappingError } from '../../src/mapping/error.ts';
import { mapped } from './mapped.ts';

const dir = mkdtempSync(join(tmpdir(), 'cs-absent-'));
after(() => rmSync(dir, { recursive: true }));
let files = 0;

function ndjson(...rows: Record<string, unknown>[]): string {
  const file = join(dir, `${++files}.ndjson`);
  writeFileSync(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  return file;
}

/** Has every key that the others may lack, so that all of them are columns. */
const FULL = { email: 'full@b.c', X: 'x', Y: 'y', Z: 'z' };

/** What `custom_attributes.x` comes to in a record beside one that has every key; undefined when it is left alone. */
async function field(said: object, record: Record<string, unknown>, emptyCells = 'clear'): Promise<unknown> {
  const file = ndjson(FULL, { email: 'a@b.c', ...record });
  const place = 'columns' in said ? said : { fields: { 'custom_attributes.x': said } };
  const row = (await mapped(file, { empty_cells: emptyCells, ...place }))[1]!;
  return row.invalid ?? row['custom_attributes.x'];
}

const column = (said: object = {}) => ({ columns: { X: { to: 'custom_attributes.x', ...said } } });

test('a value that a record lacks leaves its field alone, an empty one clears it where that is wanted', async () => {
  const cases: [said: object, record: Record<string, unknown>, wanted: unknown][] = [
    [column(), {}, undefined],
    [column(), { X: '' }, null],
    [column(), { X: null }, null],
    [column({ type: 'text' }), {}, undefined],
    [column({ type: 'text' }), { X: '' }, null],
    [column({ type: 'boolean', empty: false }), {}, undefined],
    [column({ type: 'boolean', empty: false }), { X: '' }, false],
    [column({ lookup: { x: 'X' } }), {}, undefined],
    [{ first_of: ['X', 'Y'] }, {}, undefined],
    [{ first_of: ['X', 'Y'] }, { Y: '' }, null],
    [{ first_of: ['X', 'Y'] }, { Y: 'y' }, 'y'],
    [{ template: '{X} {Y|none}' }, {}, undefined],
    [{ template: '{X} {Y}' }, { Y: '' }, null],
    [{ template: '{X} {Y|none}' }, { X: 'x' }, 'x none'],
    [{ template: '{X} {Y|none}' }, { X: '' }, 'none'],
    [{ value: 'fixed' }, {}, 'fixed'],
  ];
  for (const [said, record, wanted] of cases)
    assert.deepEqual(await field(said, record), wanted, JSON.stringify([said, record]));
  assert.equal(await field(column(), { X: '' }, 'leave'), undefined);
});

test('a default stands for a value that is not there as well, and one that is required is missed', async () => {
  const missed = 'required-empty: "X" (custom_attributes.x)';
  const cases: [said: object, wanted: unknown][] = [
    [column({ default: 'none' }), 'none'],
    [column({ default: '1,5', type: 'number', locale: 'de' }), 1.5],
    [column({ default: 'x', lookup: { x: 'not looked up' } }), 'x'],
    [column({ default: 'no', type: 'boolean', empty: true }), false],
    [{ first_of: ['X', 'Y'], default: 'none' }, 'none'],
    [{ template: '{X} {Y}', default: 'none' }, 'none'],
    [column({ required: true }), missed],
    [column({ required: true, type: 'text' }), missed],
    [column({ required: true, type: 'boolean', empty: false }), missed],
    [column({ required: true, default: 'none' }), 'none'],
    [column({ required: true, when: { Y: 'y' } }), undefined],
  ];
  for (const [said, wanted] of cases) assert.deepEqual(await field(said, {}), wanted, JSON.stringify(said));
});

test('labels that a record does not speak of stay as they are', async () => {
  const file = ndjson({ email: 'a@b.c', Tags: 'vip' }, { email: 'b@b.c' }, { email: 'c@b.c', Tags: [] });
  const rows = await mapped(file, { empty_cells: 'clear', fields: { labels: '={Tags}' } });
  assert.deepEqual(rows, [{ email: 'a@b.c', labels: ['vip'] }, { email: 'b@b.c' }, { email: 'c@b.c', labels: [] }]);
});

test('under a condition a value that is not there is an empty one, wherever in the file its key first comes up', async () => {
  const records = [{ email: 'a@b.c' }, { email: 'b@b.c', name: 'B' }, { email: 'c@b.c', name: 'C', gone: true }];
  const list = join(dir, 'list.json');
  writeFileSync(list, JSON.stringify(records));
  const cut = { gone: { not: 'true' } };
  const owner = { to: 'custom_attributes.n', when: { gone: '' } };
  for (const file of [ndjson(...records), list])
    assert.deepEqual(await mapped(file, { columns: { name: owner }, where: cut }), [
      { email: 'a@b.c' },
      { email: 'b@b.c', 'custom_attributes.n': 'B' },
      { skipped: 'filtered-out' },
    ]);
  await assert.rejects(mapped(ndjson({ email: 'a@b.c' }), { where: cut }), (error) => {
    assert.ok(error instanceof MappingError);
    assert.match(error.message, /sources\.crm\.file\.where\.gone: the file has no column "gone"/);
    return true;
  });
});
