import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { readHeader, readRecords } from '../../src/source/csv/read.ts';
import { MAX_CELL, MAX_RECORD } from '../../src/source/csv/scan.ts';
import { PLAIN } from '../../src/source/decode/dialect.ts';
import { SourceError } from '../../src/source/error.ts';
import { brief, fileWith, readAll } from './fixture.ts';

test('takes a byte order mark, both line ends, blank lines and a missing last line break', async (t) => {
  const file = await fileWith(t, '\ufeffid,name\r\n1,Ann\n\r\n \t\n2,Bob\r\n\n3,Cy');
  assert.deepEqual(await readHeader(file), ['id', 'name']);
  assert.deepEqual(brief(await readAll(file)), [
    [2, '1', 'Ann'],
    [5, '2', 'Bob'],
    [7, '3', 'Cy'],
  ]);
});

test('a header alone is no rows and no error', async (t) => {
  for (const text of ['id,name', 'id,name\n', '\ufeffid,name\r\n\r\n']) {
    assert.deepEqual(await readAll(await fileWith(t, text)), []);
  }
});

test('gives the line a record starts on when cells hold line breaks', async (t) => {
  const file = await fileWith(t, 'id,"na\nme"\n1,"a\nb\r\nc"\n2,x\n"3\n",y\n');
  assert.deepEqual(await readHeader(file), ['id', 'na\nme']);
  assert.deepEqual(brief(await readAll(file)), [
    [3, '1', 'a\nb\r\nc'],
    [6, '2', 'x'],
    [7, '3\n', 'y'],
  ]);
});

test('keeps quotes inside unquoted cells and doubled quotes inside quoted ones', async (t) => {
  const file = await fileWith(t, 'id,name\n1,x "y" z\n2,"say ""hi"", now"\n3,5" disk\n4,""\n');
  assert.deepEqual(brief(await readAll(file)), [
    [2, '1', 'x "y" z'],
    [3, '2', 'say "hi", now'],
    [4, '3', '5" disk'],
    [5, '4', ''],
  ]);
});

test('a ragged row costs only itself and says how many cells it has', async (t) => {
  const records = await readAll(await fileWith(t, 'id,name\n1\n2,b,c\n3,d\n,\n4,\n'));
  assert.deepEqual(brief(records), [
    [2, '!row-ragged'],
    [3, '!row-ragged'],
    [4, '3', 'd'],
    [5, '', ''],
    [6, '4', ''],
  ]);
  assert.deepEqual(records[0], {
    line: 2,
    fault: { reason: 'row-ragged', detail: '1 cells, the header has 2 columns' },
  });
});

test('text after a closing quote makes one row malformed, not the file', async (t) => {
  const file = await fileWith(t, 'id,name\n1,"He said "hi", "\n2,"a"b\n3,"c" \n4,d\n');
  assert.deepEqual(brief(await readAll(file)), [
    [2, '!row-malformed'],
    [3, '!row-malformed'],
    [4, '!row-malformed'],
    [5, '4', 'd'],
  ]);
});

test('a quote that is never closed costs its own line, the lines it swallowed are read again', async (t) => {
  const rows = ['1,"open', '2,b', '3,"c"', '4,d'].join('\n');
  assert.deepEqual(brief(await readAll(await fileWith(t, `id,name\n${rows}\n`))), [
    [2, '!row-malformed'],
    [3, '2', 'b'],
    [4, '3', 'c'],
    [5, '4', 'd'],
  ]);
});

test('half a row at the end of the file is one fault', async (t) => {
  assert.deepEqual(brief(await readAll(await fileWith(t, 'id,name\n1,a\n2,"ha'))), [
    [2, '1', 'a'],
    [3, '!row-malformed'],
  ]);
  assert.deepEqual(brief(await readAll(await fileWith(t, 'id,name\n1,a\n2'))), [
    [2, '1', 'a'],
    [3, '!row-ragged'],
  ]);
  assert.deepEqual(brief(await readAll(await fileWith(t, 'id,name\n1,"a"\r'))), [[2, '1', 'a']]);
});

test('an unclosed quote swallows at most 1 MB and no row after it', async (t) => {
  const rows = Array.from({ length: 60_000 }, (_, index) => `${index},some plain words of a row`);
  rows[10] = '10,"never closed';
  const records = await readAll(await fileWith(t, `id,name\n${rows.join('\n')}\n`));
  assert.equal(records.length, rows.length);
  const faults = records.filter((record) => 'fault' in record);
  assert.deepEqual(brief(faults), [[12, '!cell-too-long']]);
  assert.deepEqual(brief(records.slice(-1)), [[60_001, '59999', 'some plain words of a row']]);
});

test('a cell of 10 MB is one fault, quoted or not, and reading goes on', async (t) => {
  const huge = 'x'.repeat(10 * 1024 * 1024);
  for (const cell of [huge, `"${huge}"`, `"a\nb",${huge}`]) {
    const records = brief(await readAll(await fileWith(t, `id,name\n1,a\n2,${cell}\n3,c\n`)));
    const last = cell.startsWith('"a') ? 5 : 4;
    assert.deepEqual(records, [
      [2, '1', 'a'],
      [3, '!cell-too-long'],
      [last, '3', 'c'],
    ]);
  }
});

test('a cell over 64 kB is one fault even with line breaks in it, one of 64 kB passes', async (t) => {
  const lines = `"${'line\n'.repeat(20_000)}"`;
  const fits = 'y'.repeat(MAX_CELL);
  const records = await readAll(await fileWith(t, `id,name\n1,${lines}\n2,${fits}\n3,${fits}y\n4,d\n`));
  assert.deepEqual(brief(records), [
    [2, '!cell-too-long'],
    [20_003, '2', fits],
    [20_004, '!cell-too-long'],
    [20_005, '4', 'd'],
  ]);
});

test('a record over 1 MB of small cells is one fault', async (t) => {
  const record = 'cell,'.repeat(MAX_RECORD / 4);
  assert.deepEqual(brief(await readAll(await fileWith(t, `id,name\n${record}\n2,b\n`))), [
    [2, '!cell-too-long'],
    [3, '2', 'b'],
  ]);
});

test('NUL and invalid UTF-8 cost their own row', async (t) => {
  const bytes = Buffer.concat([
    Buffer.from('id,name\n1,a\0b\n2,b\n3,"'),
    Buffer.from([0xff, 0xfe]),
    Buffer.from('"\n4,Zoë\n5,'),
    Buffer.from([0xed, 0xa0, 0x80]), // a lone surrogate
    Buffer.from('\n'),
  ]);
  assert.deepEqual(brief(await readAll(await fileWith(t, bytes))), [
    [2, '!nul-byte'],
    [3, '2', 'b'],
    [4, '!bad-text'],
    [5, '4', 'Zoë'],
    [6, '!bad-text'],
  ]);
});

test('batches stay small enough to be spread', async (t) => {
  const header = ['id'];
  const file = await fileWith(t, `id\n"${'1\n'.repeat(700_000)}`);
  let rows = 0;
  for await (const batch of readRecords(file, { header })) {
    assert.ok(batch.length <= 4096);
    rows += batch.length;
  }
  assert.equal(rows, 700_000);
});

test('another delimiter', async (t) => {
  const file = await fileWith(t, 'id\tname\n1\ta,b\n\t\n2\t\n');
  assert.deepEqual(brief(await readAll(file, { dialect: { ...PLAIN, delimiter: '\t' } })), [
    [2, '1', 'a,b'],
    [3, '', ''],
    [4, '2', ''],
  ]);
});

test('goes on from the ordinal it is given', async (t) => {
  const rows = Array.from({ length: 20_000 }, (_, index) => (index % 7 === 0 ? `${index},"x"y` : `${index},name`));
  const file = await fileWith(t, `id,name\n${rows.join('\n')}\n`);
  const all = await readAll(file);
  for (const from of [0, 1, 6_999, 19_999, 20_000, 30_000]) {
    assert.deepEqual(await readAll(file, { from }), all.slice(from));
  }
});

test('a header that cannot be read is an error with the next step', async (t) => {
  const cases: [string | Buffer, string][] = [
    ['\n\n', 'no-header'],
    ['id,"name"x\n1,2\n', 'bad-header'],
    [Buffer.from([0x69, 0xff, 0x0a]), 'bad-header'],
  ];
  for (const [content, code] of cases) {
    await assert.rejects(readHeader(await fileWith(t, content)), (error) => {
      assert.ok(error instanceof SourceError);
      assert.equal(error.code, code);
      assert.match(error.message, /\. [A-Z][^.]+\.$/);
      return true;
    });
  }
});

test('a reader that stops early leaves no file open', { timeout: 10_000 }, async (t) => {
  const file = await fileWith(t, `id\n${'1\n'.repeat(200_000)}`);
  for (let round = 0; round < 50; round++) assert.deepEqual(await readHeader(file), ['id']);
  // Closing takes a turn or two of the event loop; a file that stays open fails the test by its time limit.
  while (process.getActiveResourcesInfo().some((name) => name.startsWith('FS'))) await setImmediate();
});
