import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { type AttentionRow, writeNeedsAttention } from '../../src/report/needs-attention.ts';
import { ATTENTION_COLUMNS } from '../../src/source/csv/fed-back.ts';
import { guardFormula, unguardFormula } from '../../src/source/csv/formula.ts';

async function folder(t: TestContext): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'report-'));
  t.after(() => rm(dir, { recursive: true }));
  return dir;
}

function row(cells: string[] | undefined, change: Partial<AttentionRow> = {}): AttentionRow {
  return { cells, line: 7, outcome: 'not_found', reason: 'no-such-contact', message: 'No.', hint: 'Look.', ...change };
}

const awkward = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc
    .array(fc.constantFrom("'", '=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠', '"', ',', ';', ' ', 'a'))
    .map((chars) => chars.join('')),
);

test('a guard can always be taken off again', () => {
  fc.assert(fc.property(awkward, (cell) => unguardFormula(guardFormula(cell)) === cell));
});

test('nothing that a spreadsheet would compute is left unguarded', () => {
  fc.assert(fc.property(awkward, (cell) => !/^[=+\-@\t\r\n＝＋－＠]/.test(guardFormula(cell))));
  assert.equal(guardFormula('+4915112345678'), "'+4915112345678");
  assert.equal(guardFormula("'=x"), "''=x");
  assert.equal(guardFormula("O'Neill"), "O'Neill");
  assert.equal(guardFormula("'quoted'"), "'quoted'");
});

test('a phone number whose guard was removed while correcting is read as it stands', () => {
  assert.equal(unguardFormula('+4915112345678'), '+4915112345678');
});

test("the input's columns come first and in their order, then ours; the file is for its owner alone", async (t) => {
  const out = join(await folder(t), 'needs-attention.csv');
  const rows = [
    row(['1', '+49151', 'Ana, "B"'], { contactUrl: 'https://desk/app/accounts/1/contacts/1' }),
    row(['2', '=1+1', 'x'], { line: 9, outcome: 'failed', reason: null, message: '', hint: '' }),
  ];
  assert.equal(await writeNeedsAttention({ out, header: ['id', 'phone_number', 'name'], rows }), 2);
  assert.equal(
    await readFile(out, 'utf8'),
    [
      '\ufeffid,phone_number,name,_line,_outcome,_reason,_message,_hint,_contact_url',
      `1,'+49151,"Ana, ""B""",7,not_found,no-such-contact,No.,Look.,https://desk/app/accounts/1/contacts/1`,
      `2,'=1+1,x,9,failed,,,,`,
      '',
    ].join('\r\n'),
  );
  assert.equal((await stat(out)).mode & 0o777, 0o600);
});

test('columns of ours in a file that is fed back are replaced, even when it is written over itself', async (t) => {
  const out = join(await folder(t), 'needs-attention.csv');
  const header = ['id', ...ATTENTION_COLUMNS, 'added'];
  const old = ['5', '7', 'failed', 'timed-out', 'm', 'h', 'u', 'note'];
  await writeNeedsAttention({ out, header, rows: [row(old)] });
  await writeNeedsAttention({ out, header, rows: [row(old, { line: 2 })] });
  const records = parse(await readFile(out), { bom: true });
  assert.deepEqual(records, [
    ['id', 'added', ...ATTENTION_COLUMNS],
    ['5', 'note', '2', 'not_found', 'no-such-contact', 'No.', 'Look.', ''],
  ]);
});

test('a record that could not be taken apart stands whole in the first column', async (t) => {
  const out = join(await folder(t), 'needs-attention.csv');
  const rows = [
    row(undefined, { raw: '1,"open\r\n', outcome: 'invalid', reason: 'row-malformed' }),
    row(['1', '2', '3'], { raw: '1,2,3' }),
    row(['1'], {}),
    row(undefined),
  ];
  await writeNeedsAttention({ out, header: ['id', 'name'], rows });
  const records: string[][] = parse(await readFile(out), { bom: true });
  assert.deepEqual(
    records.slice(1).map((cells) => cells.slice(0, 2)),
    [
      ['1,"open', ''],
      ['1,2,3', ''],
      ['1', ''],
      ['', ''],
    ],
  );
});

test('nothing is written when there is nothing to say', async (t) => {
  const dir = await folder(t);
  assert.equal(await writeNeedsAttention({ out: join(dir, 'x.csv'), header: ['id'], rows: [] }), 0);
  assert.deepEqual(await readdir(dir), []);
});

test('a source that breaks half way leaves no half file', async (t) => {
  const dir = await folder(t);
  async function* rows(): AsyncGenerator<AttentionRow> {
    yield row(['1']);
    throw new Error('the input is gone');
  }
  await assert.rejects(writeNeedsAttention({ out: join(dir, 'x.csv'), header: ['id'], rows: rows() }), /gone/);
  assert.deepEqual(await readdir(dir), []);
});

test('many rows are streamed in pieces and all arrive', async (t) => {
  const out = join(await folder(t), 'x.csv');
  async function* rows(): AsyncGenerator<AttentionRow> {
    for (let line = 2; line < 5002; line += 1) yield row([String(line)], { line });
  }
  assert.equal(await writeNeedsAttention({ out, header: ['id'], rows: rows() }), 5000);
  const records: string[][] = parse(await readFile(out), { bom: true });
  assert.equal(records.length, 5001);
  assert.ok(records.slice(1).every((cells, index) => cells[0] === String(index + 2) && cells[1] === cells[0]));
});

test('any cell and any header survive the way out and back, with every usual delimiter', async (t) => {
  const out = join(await folder(t), 'x.csv');
  const cell = awkward.map((text) => text.replaceAll('\ufeff', ''));
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(',', ';', '\t', '|'),
      fc.tuple(cell, cell),
      fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 4 }),
      async (delimiter, header, lines) => {
        await writeNeedsAttention({ out, header, delimiter, rows: lines.map((cells) => row(cells)) });
        const records: string[][] = parse(await readFile(out), { bom: true, delimiter, record_delimiter: '\r\n' });
        const back = records.map((cells) => cells.slice(0, 2).map(unguardFormula));
        assert.deepEqual(back, [header, ...lines]);
      },
    ),
    { numRuns: 150 },
  );
});
