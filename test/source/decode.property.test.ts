import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type CsvRecord, parseSpans } from '../../src/source/csv/parse.ts';
import { RecordSplitter } from '../../src/source/csv/split.ts';
import type { Dialect } from '../../src/source/decode/dialect.ts';
import { upperHalf } from '../../src/source/decode/encoding.ts';
import { LineEnds } from '../../src/source/decode/line-ends.ts';
import { lookAt } from '../../src/source/decode/look.ts';
import { Utf8Tally } from '../../src/source/decode/tally.ts';
import { transcoderFrom } from '../../src/source/decode/transcode.ts';
import { fileWith, readLooked } from './fixture.ts';

const ASCII = Array.from({ length: 0x5f }, (_, i) => String.fromCharCode(0x20 + i)).concat(
  '\n',
  '"',
  ',',
  ';',
  '\t',
  '|',
);
const SINGLE_BYTE = ['windows-1252', 'iso-8859-15', 'windows-1250', 'windows-1251', 'macintosh', 'koi8-r'];

/** The letters that an encoding can hold, and how a text is written in it. */
function encodingOf(name: string): { letters: fc.Arbitrary<string>; write: (text: string) => Buffer } {
  if (name === 'utf-8')
    return { letters: fc.string({ unit: 'binary', maxLength: 6 }), write: (text) => Buffer.from(text) };
  if (name === 'utf-16le')
    return { letters: fc.string({ unit: 'binary', maxLength: 6 }), write: (text) => Buffer.from(text, 'utf16le') };
  if (name === 'utf-16be')
    return {
      letters: fc.string({ unit: 'binary', maxLength: 6 }),
      write: (text) => Buffer.from(text, 'utf16le').swap16(),
    };
  const upper = upperHalf(name);
  const letters = [...ASCII, ...upper.filter((letter) => letter !== '\ufffd')];
  return {
    letters: fc.string({ unit: fc.constantFrom(...letters), maxLength: 6 }),
    write: (text) =>
      Buffer.from([...text].map((one) => (one < '\x80' ? one.charCodeAt(0) : 0x80 + upper.indexOf(one)))),
  };
}

const quote = (cell: string) => `"${cell.replaceAll('"', '""')}"`;

function cut(bytes: Buffer, places: number[]): Buffer[] {
  const sorted = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return sorted.slice(1).map((end, index) => bytes.subarray(sorted[index], end));
}

function read(chunks: Buffer[], encoding: string, delimiter: string, cr: boolean): CsvRecord[] {
  const transcoder = transcoderFrom(encoding);
  const lineEnds = cr ? new LineEnds() : undefined;
  const splitter = new RecordSplitter(delimiter);
  const records: CsvRecord[] = [];
  const take = (text: Buffer) => {
    const { bytes, spans } = splitter.push(lineEnds?.push(text) ?? text);
    records.push(...parseSpans(bytes, spans, delimiter));
  };
  for (const chunk of chunks) take(transcoder?.push(chunk) ?? chunk);
  take(transcoder?.end() ?? Buffer.alloc(0));
  for (const { bytes, spans } of [splitter.push(lineEnds?.end() ?? Buffer.alloc(0)), splitter.end()])
    records.push(...parseSpans(bytes, spans, delimiter));
  return records;
}

for (const encoding of ['utf-8', 'utf-16le', 'utf-16be', ...SINGLE_BYTE]) {
  test(`any table that ${encoding} can hold survives being written and read, wherever it is cut`, () => {
    const { letters, write } = encodingOf(encoding);
    const cell = letters.map((text) => text.replace(/[\0\r]|\p{Surrogate}/gu, ''));
    const row = fc.array(cell, { minLength: 2, maxLength: 3 });
    const rows = fc.array(row, { maxLength: 5 });
    const breaks = fc.constantFrom('\n', '\r\n', '\r');
    const delimiters = fc.constantFrom(',', ';', '\t', '|');
    fc.assert(
      fc.property(rows, breaks, delimiters, fc.array(fc.nat(), { maxLength: 8 }), (table, end, delimiter, places) => {
        const bytes = write(table.map((cells) => cells.map(quote).join(delimiter) + end).join(''));
        const found = read(cut(bytes, places), encoding, delimiter, end === '\r');
        assert.deepEqual(
          found.map((record) => ('cells' in record ? record.cells : record)),
          table,
        );
      }),
      { numRuns: 60 },
    );
  });
}

test('a dialect that was found is the one that was written', async (t) => {
  const word = fc.string({
    unit: fc.constantFrom('a', 'b', 'é', 'ß', '"', ',', ';', '\t', '|', '\n', ' '),
    maxLength: 5,
  });
  const table = fc.array(fc.tuple(word, word, word), { minLength: 1, maxLength: 6 });
  const written = fc.record({
    table,
    delimiter: fc.constantFrom(',', ';', '\t', '|'),
    encoding: fc.constantFrom('utf-8', 'utf-16le', 'utf-16be', 'windows-1252'),
    end: fc.constantFrom('\n', '\r\n', '\r'),
  });
  await fc.assert(
    fc.asyncProperty(written, async ({ table, delimiter, encoding, end }) => {
      // Letters that only this encoding writes so, in the header.
      const rows = [['id', 'straße', 'größe'], ...table.map(([a, b, c]) => [`x${a}`, b, c])];
      const bytes = encodingOf(encoding).write(rows.map((cells) => cells.map(quote).join(delimiter)).join(end) + end);
      const file = await fileWith(t, bytes);
      const { dialect } = await lookAt(file, 'rows.csv');
      const expected: Dialect = {
        encoding,
        format: 'csv',
        delimiter,
        ...(end === '\r' ? { newline: 'cr' as const } : {}),
      };
      assert.deepEqual(dialect ?? { encoding: 'utf-8', format: 'csv', delimiter: ',' }, expected);
      const { header, records } = await readLooked(file);
      assert.deepEqual([header, ...records.map((record) => ('cells' in record ? record.cells : record))], rows);
    }),
    { numRuns: 60 },
  );
});

test('UTF-8 is told from other bytes wherever they are cut', () => {
  const bytes = fc.oneof(
    fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
    fc.uint8Array().map(Buffer.from),
  );
  fc.assert(
    fc.property(bytes, fc.array(fc.nat(), { maxLength: 8 }), (content, places) => {
      const whole = new Utf8Tally();
      whole.push(content);
      const parts = new Utf8Tally();
      for (const part of cut(content, places)) parts.push(part);
      const found = whole.finish();
      const same = parts.finish();
      for (const what of ['valid', 'broken', 'brokenLines', 'brokenHeader'] as const)
        assert.equal(same[what], found[what], what);
      assert.equal(found.broken === 0, Buffer.from(content.toString()).equals(content));
    }),
  );
});
