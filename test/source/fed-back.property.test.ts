import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { csvLine } from '../../src/report/cell.ts';
import { type AttentionRow, writeNeedsAttention } from '../../src/report/needs-attention.ts';
import { readHeader, readRecords } from '../../src/source/csv/read.ts';
import { AUTO, type Dialect, type Wanted } from '../../src/source/decode/dialect.ts';
import { lookAt } from '../../src/source/decode/look.ts';

/** Everything that a spreadsheet would compute, that takes a file apart, and that two encodings write differently. */
const cell = fc
  .array(fc.constantFrom("'", '=', '+', '-', '@', '\t', '\n', '\r\n', '"', ',', ';', '|', ' ', 'a', 'é', 'ß', '°'), {
    maxLength: 6,
  })
  .map((signs) => signs.join(''));

interface Read {
  header: string[];
  rows: { line: number; cells: string[] }[];
  dialect: Dialect | undefined;
}

async function readBack(file: string, wanted: Wanted): Promise<Read> {
  const { dialect } = await lookAt(file, file, wanted);
  const how = dialect === undefined ? {} : { dialect };
  const header = await readHeader(file, how);
  const rows: Read['rows'] = [];
  for await (const batch of readRecords(file, { header, ...how }))
    for (const record of batch) {
      assert.ok('cells' in record, JSON.stringify(record));
      rows.push(record);
    }
  return { header, rows, dialect };
}

test('rows of a file of any dialect come back from needs-attention.csv as they were read', async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'fed-back-'));
  t.after(() => rm(dir, { recursive: true }));
  const input = join(dir, 'input.csv');
  const out = join(dir, 'needs-attention.csv');
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(',', ';', '\t', '|'),
      fc.constantFrom('windows-1252', 'utf-8', 'utf-16le'),
      fc.boolean(),
      fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 5 }),
      async (delimiter, encoding, packed, cells) => {
        // Rows of empty cells at the end are no rows.
        const lines = cells.map(([one, other]) => [`x${one}`, other]);
        const text = [['E-Mail', '=é'], ...lines].map((line) => csvLine(line, delimiter)).join('');
        const bytes = Buffer.from(text, encoding === 'utf-8' ? 'utf8' : encoding === 'utf-16le' ? 'utf16le' : 'latin1');
        await writeFile(input, packed ? gzipSync(bytes) : bytes);
        const first = await readBack(input, { encoding, delimiter });
        assert.deepEqual(first.header, ['E-Mail', '=é']);
        assert.deepEqual(
          first.rows.map((row) => row.cells),
          lines,
        );
        const rows = first.rows.map(
          (row): AttentionRow => ({
            ...row,
            outcome: 'not_found',
            reason: 'no-such-contact',
            message: '',
            hint: '',
          }),
        );
        await writeNeedsAttention({ out, header: first.header, rows, delimiter: first.dialect?.delimiter ?? ',' });
        const again = await readBack(out, AUTO);
        assert.deepEqual(again.header.slice(0, 2), first.header);
        assert.deepEqual(
          again.rows.map((row) => row.cells.slice(0, 2)),
          lines,
        );
      },
    ),
    { numRuns: 100 },
  );
});
