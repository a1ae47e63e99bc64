import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type CsvRecord, parseSpans } from '../../src/source/csv/parse.ts';
import { RecordSplitter } from '../../src/source/csv/split.ts';

function parseChunks(chunks: Buffer[]): CsvRecord[] {
  const splitter = new RecordSplitter(',');
  const records: CsvRecord[] = [];
  const take = ({ bytes, spans }: ReturnType<RecordSplitter['push']>) => records.push(...parseSpans(bytes, spans, ','));
  for (const chunk of chunks) take(splitter.push(chunk));
  take(splitter.end());
  return records;
}

/** Cuts at the given places, which may lie anywhere: inside a character, a line break, a byte order mark. */
function cut(bytes: Buffer, places: number[]): Buffer[] {
  const sorted = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return sorted.slice(1).map((end, index) => bytes.subarray(sorted[index], end));
}

const quote = (cell: string) => `"${cell.replaceAll('"', '""')}"`;
const cell = fc.oneof(
  fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0')),
  fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', ' ', 'a', 'é', '😀') }),
);
const table = fc
  .integer({ min: 1, max: 4 })
  .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { maxLength: 8 }));

test('any table survives being written with quotes, and every record has the right line', () => {
  fc.assert(
    fc.property(table, fc.constantFrom('\n', '\r\n'), fc.boolean(), (rows, lineBreak, marked) => {
      const lines: number[] = [];
      let text = marked ? '\ufeff' : '';
      for (const row of rows) {
        lines.push(text.split('\n').length);
        text += row.map(quote).join(',') + lineBreak;
      }
      assert.deepEqual(
        parseChunks([Buffer.from(text)]),
        rows.map((cells, index) => ({ line: lines[index], cells })),
      );
    }),
  );
});

test('chunk boundaries do not matter, whatever the bytes', () => {
  const messy = fc
    .array(fc.constantFrom('"', '"', ',', '\n', '\r\n', '\r', 'a', 'é', '""', '\0', ' ', '1,2\n', '"x\ny",z\n'), {
      maxLength: 40,
    })
    .map((parts) => Buffer.from(parts.join('')));
  const raw = fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes));
  const marked = messy.map((bytes) => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes]));
  fc.assert(
    fc.property(fc.oneof(messy, raw, marked), fc.array(fc.nat(), { maxLength: 20 }), (bytes, places) => {
      const whole = parseChunks([bytes]);
      assert.deepEqual(parseChunks(cut(bytes, places)), whole);
      assert.deepEqual(parseChunks([...bytes].map((byte) => Buffer.from([byte]))), whole);
    }),
    { numRuns: 500 },
  );
});

test('chunk boundaries do not matter around the largest record', () => {
  const size = 1024 * 1024;
  const lines = `${'x'.repeat(1023)}\n`;
  const texts = ['x'.repeat(size - 1), 'x'.repeat(size), `"${lines.repeat(1023)}"`, `"${lines.repeat(2000)}"`];
  const places = [-3, -2, -1, 0, 1, 2, 3, 4, 5].map((offset) => size + offset);
  for (const text of texts) {
    const bytes = Buffer.from(`1,2\n${text}\n3,4\n`);
    const whole = parseChunks([bytes]);
    for (const place of places) assert.deepEqual(parseChunks(cut(bytes, [place])), whole);
    assert.deepEqual(parseChunks(cut(bytes, [...places, 5, 65_536, 131_072])), whole);
  }
});

test('whatever stands in the file, rows with plain cells on lines of their own are not lost', () => {
  const junk = fc.string({ unit: fc.constantFrom('a', ',', ' ', 'é', "'") });
  fc.assert(
    fc.property(fc.array(fc.record({ text: junk, open: fc.boolean() }), { maxLength: 12 }), (rows) => {
      const text = rows.map((row, index) => (row.open ? `${index},"${row.text}` : `${index},plain`)).join('\n');
      const found = parseChunks([Buffer.from(text)]).flatMap((record) => ('cells' in record ? [record.cells[0]] : []));
      // At most one quote is open: a second one closes it, and then nobody can tell what was meant.
      if (rows.filter((row) => row.open).length > 1) return;
      assert.deepEqual(
        found,
        rows.flatMap((row, index) => (row.open ? [] : [String(index)])),
      );
    }),
  );
});
