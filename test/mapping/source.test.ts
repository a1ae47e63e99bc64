import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { MappingError } from '../../src/mapping/error.ts';
import { showing } from '../../src/mapping/shown.ts';
import { records } from '../journeys/table.ts';
import { mapped, planned } from './mapped.ts';

const dir = mkdtempSync(join(tmpdir(), 'cs-source-'));
after(() => rmSync(dir, { recursive: true }));
let files = 0;

function csv(...rows: Record<string, string>[]): string {
  const file = join(dir, `${++files}.csv`);
  writeFileSync(file, records(rows));
  return file;
}

/** What a column `X` comes to in `custom_attributes.x`, or why its row is not sent. */
async function cell(text: string, said: object, more: Record<string, string> = {}): Promise<unknown> {
  const columns = { email: 'email', X: { to: 'custom_attributes.x', ...said } };
  const [row] = await mapped(csv({ email: 'a@b.c', X: text, ...more }), { columns });
  return row!.invalid ?? row!['custom_attributes.x'];
}

test('each setting of a column does what it says', async () => {
  const lookup = { a: 'Alpha', B: 'Beta', none: '' };
  const cases: [text: string, said: object, wanted: unknown][] = [
    [' as it is ', {}, ' as it is '],
    ['', {}, undefined],
    ['', { default: 'none' }, 'none'],
    ['#N/A', { default: 'none' }, null],
    ['', { default: '1,5', type: 'number', locale: 'de' }, 1.5],
    ['', { required: true }, 'required-empty: "X" (custom_attributes.x)'],
    ['#N/A', { required: true }, 'required-empty: "X" (custom_attributes.x)'],
    ['-', { required: true, type: 'text', treat_as_empty: ['-'] }, 'required-empty: "X" (custom_attributes.x)'],
    ['', { required: true, default: 'x' }, 'x'],
    [' b ', { lookup }, 'Beta'],
    ['A', { lookup }, 'Alpha'],
    ['none', { lookup }, undefined],
    ['none', { lookup, default: 'x' }, 'x'],
    ['#N/A', { lookup }, null],
    ['c', { lookup }, 'not-in-lookup: "X" (custom_attributes.x)'],
    ['c', { lookup, unknown: 'refuse' }, 'not-in-lookup: "X" (custom_attributes.x)'],
    ['c', { lookup, unknown: 'keep' }, 'c'],
    ['c', { lookup, unknown: 'drop', default: 'x' }, undefined],
    ['a, b', { lookup, type: 'list', split: ',' }, 'Alpha, Beta'],
    ['a,c', { lookup, type: 'list', split: ',', unknown: 'drop' }, 'Alpha'],
    ['a,c', { lookup, type: 'list', split: ',', join: '/', unknown: 'keep' }, 'Alpha/c'],
    ['ja', { type: 'boolean', locale: 'de' }, true],
    ['24.12.2025', { type: 'date', format: 'dd.MM.yyyy' }, '2025-12-24'],
    ['1.234,5', { type: 'number', locale: 'de' }, 1234.5],
    ['A "quoted" \\ text', { type: 'text' }, 'A "quoted" \\ text'],
    ['a\0b', { lookup, unknown: 'keep' }, 'nul-byte'],
  ];
  for (const [text, said, wanted] of cases) {
    const found = await cell(text, said);
    assert.deepEqual(found, wanted, JSON.stringify([text, said]));
  }
});

test('a field is set only in rows that fit, without regard to case and outer spaces', async () => {
  const cases: [when: unknown, other: string, set: boolean][] = [
    [{ Y: 'yes' }, ' YES ', true],
    [{ Y: 'yes' }, 'no', false],
    [{ Y: ['a', 'b'] }, 'b', true],
    [{ Y: { not: ['a', 'b'] } }, 'b', false],
    [{ Y: { not: 'a' } }, '', true],
    [{ Y: '' }, ' ', true],
    [{ Y: 'yes', X: 'z' }, 'yes', false],
  ];
  for (const [when, other, set] of cases)
    assert.equal(await cell('x', { when }, { Y: other }), set ? 'x' : undefined, JSON.stringify([when, other]));
});

test('the first column that is filled counts, and one that asks to clear only when no other is', async () => {
  const of = async (...cells: string[]) => {
    const row = Object.fromEntries(cells.map((text, i) => [`C${i}`, text]));
    const section = { fields: { name: { first_of: ['C0', 'C1', 'Gone'] } } };
    return (await mapped(csv({ email: 'a@b.c', ...row }), section))[0]!.name;
  };
  assert.deepEqual([await of('', 'b'), await of('a', 'b'), await of('#N/A', 'b')], ['b', 'a', 'b']);
  assert.deepEqual([await of('#N/A', ''), await of('', '')], [null, undefined]);
});

test('labels of a list are added; a template sets exactly these', async () => {
  const file = csv({ email: 'a@b.c', Tags: 'vip; new' });
  const added = await mapped(file, { columns: { Tags: { to: 'labels', type: 'list' } } });
  assert.deepEqual(added, [{ email: 'a@b.c', 'labels.vip': true, 'labels.new': true }]);
  const exact = await mapped(file, { fields: { labels: '={Tags}' } });
  assert.deepEqual(exact[0]!.labels, ['new', 'vip']);
});

test('an extension that a column of numbers leaves out can be kept as an attribute of the same column', async () => {
  const section = {
    country: 'DE',
    columns: { Phone: { to: 'phone_number', type: 'phone' } },
    fields: { 'custom_attributes.extension': { template: '{Phone}', type: 'phone', part: 'extension' } },
  };
  const [row] = await mapped(csv({ email: 'a@b.c', Phone: '030 901820 ext. 12' }), section);
  assert.deepEqual(row, { email: 'a@b.c', phone_number: '+4930901820', 'custom_attributes.extension': '12' });
});

test('flags win over the source, which wins over names of columns', async () => {
  const file = csv({ id: '7', email: 'a@b.c', Mail: 'x@y.z', name: 'N', Label: 'L' });
  const section = { match: ['email'], columns: { Mail: 'email', Label: 'name' } };
  const [plain] = await mapped(file, section);
  assert.deepEqual(plain, { email: 'x@y.z', name: 'L' });
  const source = await planned(file, section);
  assert.deepEqual(source.plan!.ignored, [
    { name: 'id', note: "the CRM's own id" },
    { name: 'email' },
    { name: 'name' },
  ]);
  assert.equal(source.plan!.explicitMatch, true);
  const [flagged] = await mapped(file, section, { map: { email: 'email', Label: 'custom_attributes.l' } });
  assert.deepEqual(flagged, { email: 'a@b.c', name: 'N', 'custom_attributes.l': 'L' });
  assert.deepEqual((await planned(file, section, { match: ['id'], map: { id: 'id' } })).plan!.match, ['id']);
});

test('what the account defines is checked after the type', async () => {
  const file = csv({ email: 'a@b.c', X: '12' });
  const columns = { X: { to: 'custom_attributes.x', type: 'number' } };
  const as = async (type: string) => (await mapped(file, { columns }, {}, new Map([['x', { type }]])))[0]!;
  assert.equal((await as('number'))['custom_attributes.x'], 12);
  assert.equal((await as('text'))['custom_attributes.x'], '12');
  assert.match(String((await as('date')).invalid), /^not-a-date: "X" \(custom_attributes\.x\)/);
});

test('a column that is not there is a fault, unless it may be missing', async () => {
  const file = csv({ email: 'a@b.c', Plan: 'x' });
  const faults = async (section: object) => {
    try {
      return (await planned(file, section)).plan!.columns.map(({ field }) => field);
    } catch (error) {
      assert.ok(error instanceof MappingError);
      return error.faults.map(({ message }) => message);
    }
  };
  assert.deepEqual(await faults({ columns: { Gone: { to: 'name', optional: true } } }), ['email']);
  assert.deepEqual(await faults({ fields: { name: { template: '{Gone}', optional: true } } }), ['email']);
  const wrong = {
    match: ['identifier', 'email'],
    columns: { Plann: 'custom_attributes.plan', A: 'custom_attributes.a' },
    fields: { name: { first_of: ['B'] }, 'custom_attributes.t': '{C} {Plan}' },
    where: { D: 'x' },
    observed_at: 'E',
  };
  assert.deepEqual(await faults(wrong), [
    'sources.crm.file.columns.Plann: the file has no column "Plann". Did you mean "Plan"?',
    'sources.crm.file.columns.A: the file has no column "A". The file has "email", "Plan".',
    'sources.crm.file.fields.name: the file has no column "B". The file has "email", "Plan".',
    'sources.crm.file.fields.custom_attributes.t: the file has no column "C". The file has "email", "Plan".',
    'sources.crm.file.where.D: the file has no column "D". The file has "email", "Plan".',
    'sources.crm.file.observed_at: the file has no column "E". The file has "email", "Plan".',
    'sources.crm.file.match.0: no column holds identifier. Name its column under sources.crm.file.columns, or leave identifier out.',
  ]);
  const twice = { columns: { Plan: 'name' }, fields: { name: { value: 'x' } } };
  assert.match((await faults(twice))[0]!, /"Plan", "name" all set name\. Keep one/);
});

test('what attributes sees of a column is what would be written', async () => {
  const file = csv({ email: 'a@b.c', X: '1,5' });
  const { plan } = await planned(file, {
    columns: { X: { to: 'custom_attributes.x', type: 'number', locale: 'de' } },
    where: { email: { not: 'x@y.z' } },
  });
  const shown = showing(plan!, plan!.columns.find(({ field }) => field === 'custom_attributes.x')!);
  assert.deepEqual(
    [shown(['a@b.c', '1,5']), shown(['a@b.c', '']), shown(['a@b.c', 'x']), shown(['X@y.z', '1'])],
    ['1.5', undefined, undefined, undefined],
  );
});

test('a word that means an empty cell means it in every column that a field is made of', async () => {
  const name = { template: '{A} {B}', type: 'text', treat_as_empty: ['---'] };
  const phone = { first_of: ['P', 'Q'], type: 'phone', treat_as_empty: ['none'] };
  const file = csv({ email: 'a@b.c', A: 'Ann', B: '---', P: 'None', Q: '+4930901820' });
  const [row] = await mapped(file, { fields: { name, phone_number: phone } });
  assert.deepEqual(row, { email: 'a@b.c', name: 'Ann', phone_number: '+4930901820' });
});
