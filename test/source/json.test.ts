import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { CsvRecord } from '../../src/source/csv/read.ts';
import { readHeader, readRecords } from '../../src/source/csv/read.ts';
import { lookAt } from '../../src/source/decode/look.ts';
import { JsonSplitter } from '../../src/source/json/split.ts';
import { valuesIn } from '../../src/source/json/values.ts';
import { fileWith, readLooked } from './fixture.ts';

const RECORDS = [
  '{"id": 706405506930370084, "name": "Zoë", "address": {"city": "Köln", "zip": "01067"}}',
  '{"name": null, "score": 1.50, "tags": ["a", 2, null, true], "id": 1e3}',
  '{"address": {}, "list": [{"x": 1}], "neg": -0, "yes": false, "name": ""}',
];
const HEADER = ['id', 'name', 'address.city', 'address.zip', 'score', 'tags', 'neg', 'yes'];
const CELLS = [
  { id: '706405506930370084', name: 'Zoë', 'address.city': 'Köln', 'address.zip': '01067' },
  { name: '', score: '1.50', tags: 'a;2;true', id: '1e3' },
  { neg: '-0', yes: 'false', name: '' },
];

/** What a record says, by name; what it does not say is not there. */
function said(record: CsvRecord, header: string[]): unknown {
  if (!('cells' in record)) return record;
  return Object.fromEntries(header.flatMap((name, i) => (i in record.cells ? [[name, record.cells[i]]] : [])));
}

for (const [what, text, format] of [
  ['one object a line', RECORDS.join('\n'), 'ndjson'],
  ['one object a line, with a mark and blank lines', `\ufeff\r\n${RECORDS.join('\r\n\r\n')}\r\n`, 'ndjson'],
  ['a list', ` [${RECORDS.join(' ,\n')}]\n`, 'json'],
  ['a list on lines of its own', `[\n${RECORDS.map((one) => one.replaceAll(', "', ',\n "')).join(',\n')}\n]`, 'json'],
] as const) {
  test(`reads ${what}: digits stay, deeper names have dots, absent is not empty`, async (t) => {
    for (const content of [Buffer.from(text), gzipSync(text), Buffer.from(`\ufeff${text}`, 'utf16le')]) {
      const file = await fileWith(t, content);
      const { dialect } = await lookAt(file, 'export');
      assert.equal(dialect?.format, format);
      const { header, records } = await readLooked(file);
      assert.deepEqual(header, HEADER);
      assert.deepEqual(
        records.map((record) => said(record, header)),
        CELLS,
      );
    }
  });
}

test('a wrong record costs only itself and has the line it starts on', async (t) => {
  const big = `{"a":"${'x'.repeat(70_000)}"}`;
  const huge = `{"a":"${'x'.repeat(1_100_000)}"}`;
  const parts = ['{"a":1}', 'oops', '[1]', '{"a":2', big, huge, '{"a":3}'];
  const lines = await readLooked(await fileWith(t, `${parts.join('\n')}\n`));
  const brief = (records: CsvRecord[]) =>
    records.map((one) => [one.line, 'fault' in one ? one.fault.reason : one.cells[0]]);
  assert.deepEqual(brief(lines.records), [
    [1, '1'],
    [2, 'row-malformed'],
    [3, 'row-malformed'],
    [4, 'row-malformed'],
    [5, 'cell-too-long'],
    [6, 'cell-too-long'],
    [7, '3'],
  ]);
  const list = await readLooked(await fileWith(t, `[${['{"a":1}', 'oops', '[1, [2]]', huge, '{"a":3}'].join(',\n')}]`));
  assert.deepEqual(brief(list.records), [
    [1, '1'],
    [2, 'row-malformed'],
    [3, 'row-malformed'],
    [4, 'cell-too-long'],
    [5, '3'],
  ]);
  for (const [text, expected] of [
    [
      '[{"a":1},\n{"a":',
      [
        [1, '1'],
        [2, 'row-malformed'],
      ],
    ],
    [
      '[{"a":1},\n',
      [
        [1, '1'],
        [2, 'row-malformed'],
      ],
    ],
  ] as const)
    assert.deepEqual(brief((await readLooked(await fileWith(t, text))).records), expected);
});

test('records go on from an ordinal, and a wrong one is given with its text', async (t) => {
  const file = await fileWith(
    t,
    Array.from({ length: 9000 }, (_, i) => (i % 3 === 1 ? `no ${i}` : `{"id":${i}}`)).join('\n'),
  );
  const { dialect } = await lookAt(file, 'rows.jsonl');
  const options = { header: await readHeader(file, { dialect: dialect! }), dialect: dialect!, raw: true };
  const all: CsvRecord[] = [];
  for await (const batch of readRecords(file, options)) all.push(...batch);
  assert.equal(all.length, 9000);
  assert.equal('raw' in all[1]! && all[1].raw, 'no 1');
  for (const from of [1, 4999, 9000]) {
    const rest: CsvRecord[] = [];
    for await (const batch of readRecords(file, { ...options, from })) rest.push(...batch);
    assert.deepEqual(rest, all.slice(from));
  }
});

test('what holds no record, or names without end, is refused with the next step', async (t) => {
  const wide = Array.from({ length: 3000 }, (_, i) => `{"n${i}":1}`).join('\n');
  for (const [text, code] of [
    ['[]', 'no-header'],
    ['{}\n{}', 'no-header'],
    ['{\n "contacts": [\n 1\n]\n}', 'no-header'],
    [wide, 'too-many-columns'],
  ] as const)
    await assert.rejects(lookAt(await fileWith(t, text), 'rows.json'), { name: 'SourceError', code });
});

test('a header that begins like JSON is CSV all the same', async (t) => {
  for (const text of ['[id],name\n1,a\n', '{id},name\n1,a\n'])
    assert.equal((await lookAt(await fileWith(t, text), 'rows.csv')).dialect, undefined);
});

test('names of the prototype are names like others, and what is nested without end is a fault', () => {
  assert.deepEqual(
    [...(valuesIn('{"constructor":1,"__proto__":{"x":2}}') as Map<string, string>)],
    [
      ['constructor', '1'],
      ['__proto__.x', '2'],
    ],
  );
  for (const text of [`${'{"a":'.repeat(40)}1${'}'.repeat(40)}`, '{"a":'.repeat(100_000)])
    assert.equal(typeof valuesIn(text), 'string');
});

test('chunk boundaries do not matter, whatever the bytes', () => {
  const part = fc.constantFrom('{"a":1}', '[', ']', ',', '\n', '"', '\\', '{', '}', '{"a":"[\\",]"}', 'é', ' ', '1');
  const cutUp = (bytes: Buffer, format: 'json' | 'ndjson', size: number) => {
    const splitter = new JsonSplitter(format);
    const found: unknown[] = [];
    const take = ({ bytes: block, spans }: ReturnType<JsonSplitter['push']>) => {
      for (const { start, end, line, fault } of spans) found.push([block.toString('utf8', start, end), line, fault]);
    };
    for (let at = 0; at < bytes.length; at += size) take(splitter.push(bytes.subarray(at, at + size)));
    take(splitter.end());
    return found;
  };
  fc.assert(
    fc.property(
      fc.array(part, { maxLength: 30 }),
      fc.constantFrom('json', 'ndjson'),
      fc.integer({ min: 1, max: 9 }),
      (parts, format, size) => {
        const bytes = Buffer.from((format === 'json' ? '[' : '') + parts.join(''));
        assert.deepEqual(cutUp(bytes, format, size), cutUp(bytes, format, bytes.length || 1));
      },
    ),
    { numRuns: 300 },
  );
});
