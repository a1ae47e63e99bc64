import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CONFIG } from '../../config/schema.ts';
import { mappingOf } from '../../src/commands/file-mapping-of.ts';
import { toChange } from '../../src/mapping/change.ts';
import { planColumns } from '../../src/mapping/columns.ts';
import { loadTypes } from '../../src/mapping/load-types.ts';
import { Remarks } from '../../src/mapping/remarks.ts';
import { remarkSentence, remarkWarning } from '../../src/report/remark-sentence.ts';

const HEADER = ['Mail', 'Phone', 'Seen', 'Changed', 'Sum'];

async function reader(remarks = new Remarks(), fields = {}) {
  const section = {
    timezone: 'Europe/Berlin',
    country: 'DE',
    observed_at: 'Changed',
    where: { Sum: { not: 'out' } },
    columns: {
      Mail: { to: 'email', type: 'email' },
      Phone: { to: 'phone_number', type: 'phone', split: ';', default: '030 901820 ext. 1' },
      Seen: { to: 'custom_attributes.seen', type: 'datetime' },
      Sum: { to: 'custom_attributes.sum', type: 'number' },
    },
    fields,
  };
  const mapping = mappingOf('crm', CONFIG.parse({ sources: { crm: { file: section } } }).sources.crm!.file!);
  assert.deepEqual(await loadTypes(mapping), []);
  const plan = planColumns(HEADER, { map: {}, emptyCells: 'leave', mapping });
  const read = (row: number, cells: Partial<Record<string, string>>, file = 0) =>
    toChange(
      plan,
      { row, file, line: row + 2 },
      HEADER.map((name) => cells[name] ?? ''),
      undefined,
      remarks,
    );
  return { remarks, read };
}

const TWO = 'ann@example.com; bob@example.com';
const TWICE = '2024-10-27 02:30';

test('what types left out is counted by column and kind, with the first line of each', async () => {
  const { remarks, read } = await reader();
  read(0, { Mail: 'ann@example.com', Phone: '+49 30 901820' });
  read(1, { Mail: TWO, Phone: '030 901820 ext. 12; 030 901821' });
  read(2, { Mail: TWO, Seen: TWICE, Changed: TWICE });
  read(3, { Mail: 'ann@example.com', Phone: '030 901820 x1' });
  const count = (column: string, field: string, remark: string, cells: number, line: number) => ({
    column,
    field,
    remark,
    cells,
    first_line: line,
  });
  assert.deepEqual(remarks.take().get(0), [
    count('Mail', 'email', 'several-addresses', 2, 3),
    count('Phone', 'phone_number', 'several-numbers', 1, 3),
    count('Phone', 'phone_number', 'extension-dropped', 2, 3),
    count('Seen', 'custom_attributes.seen', 'hour-twice', 1, 4),
    count('Changed', 'observed_at', 'hour-twice', 1, 4),
  ]);
});

test('a row that is not sent, a default, and a row that is read again are not counted', async () => {
  const { remarks, read } = await reader();
  assert.ok('fault' in read(0, { Mail: TWO, Sum: 'x' }));
  assert.ok('fault' in read(1, { Mail: TWO, Sum: 'out' }));
  assert.ok('fault' in read(2, { Mail: TWO, Changed: 'yesterday' }));
  assert.ok('patch' in read(3, { Mail: 'ann@example.com' }));
  assert.equal(remarks.take().size, 0);
  for (const row of [4, 5, 4, 5, 6]) assert.ok('patch' in read(row, { Mail: TWO }));
  assert.deepEqual(
    remarks
      .take()
      .get(0)
      ?.map(({ cells, first_line }) => [cells, first_line]),
    [[3, 6]],
  );
  for (const row of [6, 7]) read(row, { Mail: TWO });
  assert.deepEqual(
    remarks
      .take()
      .get(0)
      ?.map(({ cells, first_line }) => [cells, first_line]),
    [[1, 9]],
  );
});

test('an extension that another field of the same column takes is not left out', async () => {
  const extension = { template: '{Phone}', type: 'phone', part: 'extension', split: ';' };
  const phone = { Mail: 'ann@example.com', Phone: '030 901820 ext. 12; 030 901821' };
  for (const [when, told] of [
    [{}, ['several-numbers']],
    [{ when: { Sum: '1' } }, ['several-numbers', 'extension-dropped']],
  ] as const) {
    const { remarks, read } = await reader(new Remarks(), { 'custom_attributes.extension': { ...extension, ...when } });
    read(0, phone);
    assert.deepEqual(
      remarks
        .take()
        .get(0)
        ?.map(({ remark }) => remark),
      told,
    );
  }
});

test('the files of a run are counted each for itself', async () => {
  const { remarks, read } = await reader();
  const second = await reader(remarks);
  read(0, { Mail: TWO }, 0);
  read(1, { Mail: TWO }, 0);
  second.read(2, { Mail: TWO }, 1);
  const taken = [...remarks.take()].map(([file, counted]) => [file, ...counted.map(({ cells }) => cells)]);
  assert.deepEqual(taken, [
    [0, 2],
    [1, 1],
  ]);
});

test('a remark is said with its count and its line, and never with what a terminal would obey', () => {
  const one = { column: 'Mail', field: 'email', remark: 'several-addresses', cells: 1, first_line: 7 } as const;
  assert.equal(remarkSentence(one), 'column "Mail": 1 cell held several addresses, the first was taken (on line 7)');
  const many = { ...one, column: '\u001b[2JMail', cells: 1200 };
  assert.equal(
    remarkWarning(many),
    'column "\ufffd[2JMail": 1,200 cells held several addresses, the first was taken (first on line 7). Correct the cells in the CRM where another one is meant.',
  );
});
