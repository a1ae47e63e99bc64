import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { Dialect, Wanted } from '../../src/source/decode/dialect.ts';
import { encodingNamed } from '../../src/source/decode/encoding.ts';
import { lookAt } from '../../src/source/decode/look.ts';
import { SourceError } from '../../src/source/error.ts';
import { openSources } from '../../src/source/file.ts';
import { brief, fileWith, freshDirectory, readLooked } from './fixture.ts';

const TABLE = 'id;name\r\n1;Zoë\r\n2;Müller\r\n3;Ann\r\n4;Bob\r\n5;Cy\r\n';
const ROWS = [
  [2, '1', 'Zoë'],
  [3, '2', 'Müller'],
  [4, '3', 'Ann'],
  [5, '4', 'Bob'],
  [6, '5', 'Cy'],
];

const swapped = (text: string) => Buffer.from(text, 'utf16le').swap16();

for (const [what, bytes, encoding] of [
  ['UTF-8', Buffer.from(TABLE), 'utf-8'],
  ['UTF-8 with a mark', Buffer.from(`\ufeff${TABLE}`), 'utf-8'],
  ['what Excel calls CSV', Buffer.from(TABLE, 'latin1'), 'windows-1252'],
  ['UTF-16 with a mark', Buffer.from(`\ufeff${TABLE}`, 'utf16le'), 'utf-16le'],
  ['UTF-16 with a mark, the other way round', swapped(`\ufeff${TABLE}`), 'utf-16be'],
  ['UTF-16 without a mark', Buffer.from(TABLE, 'utf16le'), 'utf-16le'],
  ['UTF-16 without a mark, the other way round', swapped(TABLE), 'utf-16be'],
] as const) {
  test(`reads ${what}, packed or not`, async (t) => {
    for (const gzip of [false, true]) {
      const content = gzip ? gzipSync(bytes) : bytes;
      const file = await fileWith(t, content);
      const { dialect, lines, size } = await lookAt(file, 'rows.csv');
      assert.deepEqual(dialect, { encoding, format: 'csv', delimiter: ';', ...(gzip ? { gzip } : {}) });
      assert.deepEqual([lines, size], [6, content.length]);
      const { header, records } = await readLooked(file);
      assert.deepEqual(header, ['id', 'name']);
      assert.deepEqual(brief(records), ROWS);
    }
  });
}

async function dialectOf(t: TestContext, content: string | Uint8Array, wanted?: Wanted): Promise<Partial<Dialect>> {
  return (await lookAt(await fileWith(t, content), 'rows.csv', wanted)).dialect ?? {};
}

test('a plain file has no dialect at all, so nothing of it is copied or kept', async (t) => {
  for (const text of ['id,name\n1,Zoë\n', '\ufeffid,name\r\n1,x', 'id\n1\n', 'id,name\n'])
    assert.deepEqual(await lookAt(await fileWith(t, text), 'rows.csv').then(({ dialect }) => dialect), undefined);
});

test('a file is not UTF-8 when most of what is not ASCII is not, and one broken row is a broken row', async (t) => {
  const latin = (text: string) => Buffer.from(text, 'latin1');
  const many = 'x,plain\n'.repeat(50);
  for (const [what, content, encoding] of [
    ['one broken row of many', Buffer.concat([latin(`id,name\n${many}1,M\xfcller\n`)]), 'utf-8'],
    ['two', latin(`id,name\n${many}1,M\xfcller\n${many}2,Zo\xeb\n`), 'windows-1252'],
    [
      'two among letters that are sound',
      Buffer.concat([Buffer.from('id,name\n1,äöü\n'), latin('2,\xfc\n3,\xeb\n')]),
      'utf-8',
    ],
    ['a header', latin(`id,Stra\xdfe\n${many}`), 'windows-1252'],
    ['a short file', latin('id,name\n1,Zo\xeb\n'), 'windows-1252'],
    ['half a character at the end of it', Buffer.from([...Buffer.from('id,name\n1,äää'), 0xc3]), 'utf-8'],
    ['half a surrogate pair in UTF-8', Buffer.from([...Buffer.from('id\nä\n'), 0xed, 0xa0, 0x80]), 'windows-1252'],
  ] as const) {
    assert.equal((await dialectOf(t, content)).encoding ?? 'utf-8', encoding, what);
  }
});

test('an encoding that is given decides, and a byte order mark stands over it', async (t) => {
  const mac = Buffer.from([...Buffer.from('id,name\n1,M'), 0x9f, ...Buffer.from('ller\n2,Zo'), 0x91, 0x0a]);
  const { records } = await readLooked(await fileWith(t, mac), { encoding: 'macintosh', delimiter: 'auto' });
  assert.deepEqual(brief(records), [
    [2, '1', 'Müller'],
    [3, '2', 'Zoë'],
  ]);
  const japanese = Buffer.from([...Buffer.from('id,name\n1,'), 0x93, 0x8c, 0x8b, 0x9e, 0x0a]);
  const tokyo = await readLooked(await fileWith(t, japanese), { encoding: 'shift_jis', delimiter: 'auto' });
  assert.deepEqual(brief(tokyo.records), [[2, '1', '東京']]);
  const marked = await dialectOf(t, '\ufeffid,name\n1,x\n', { encoding: 'windows-1252', delimiter: 'auto' });
  assert.equal(marked.encoding, undefined);
});

test('names of encodings are those of the web', () => {
  const names = ['latin1', 'iso-8859-1', 'cp1252', 'UTF8', 'utf16', 'utf-16be', 'Shift-JIS', 'ISO-8859-15', 'klingon'];
  assert.deepEqual(names.map(encodingNamed), [
    ...['windows-1252', 'windows-1252', 'windows-1252', 'utf-8', 'utf-16le', 'utf-16be', 'shift_jis', 'iso-8859-15'],
    undefined,
  ]);
});

test('what an encoding does not have costs its own row', async (t) => {
  const half = Buffer.concat([
    Buffer.from('id,name\n1,', 'utf16le'),
    Buffer.of(0, 0xd8),
    Buffer.from('\n2,b\n', 'utf16le'),
  ]);
  const unknown = Buffer.from([...Buffer.from('id,name\n1,'), 0x81, ...Buffer.from('\n2,b\n')]);
  for (const [content, encoding] of [
    [half, 'utf-16le'],
    [unknown, 'windows-1252'],
    [unknown, 'windows-1253'],
    [Buffer.from([...Buffer.from('id,name\n1,'), 0x81, 0xff, ...Buffer.from('\n2,b\n')]), 'shift_jis'],
  ] as const) {
    const { records } = await readLooked(await fileWith(t, content), { encoding, delimiter: 'auto' });
    const expected = encoding === 'windows-1253' ? [2, '1', '\u0081'] : [2, '!bad-text'];
    assert.deepEqual(brief(records), [expected, [3, '2', 'b']], encoding);
  }
});

for (const [what, text, delimiter, more] of [
  ['semicolons and decimal commas', 'id;sum\n1;1,5\n2;2,5\n', ';', {}],
  ['tabs', 'id\tname\n1\ta,b\n', '\t', {}],
  ['bars', 'id|name\n1|a', '|', {}],
  ['a quoted cell that holds another candidate', 'id,name\n1,"a;b;c"\n2,"x;y;z"\n', ',', {}],
  ['lists in cells', 'id,tags\n1,a;b\n2,a;b\n3,a;b\n', ',', {}],
  ['one column', 'name\nAnn\nBob\n', ',', {}],
  ['one column of texts with commas', 'name\n"Doe, J"\nDoe, John\n', ';', {}],
  ['a header alone', 'id;name\n', ';', {}],
  ['ragged rows', 'id,name\n1\n2,b,c\n', ',', {}],
  ['a line for Excel', 'sep=|\nid|name;x\n1|b;c\n', '|', { skip: 1 }],
  ['a line for Excel that tells the default', '"sep=,"\r\nid,name\n', ',', { skip: 1 }],
  ['lone carriage returns', 'id;name\r1;"two\nlines"\r', ';', { newline: 'cr' }],
  [
    'a footer of more lines than rows',
    'a,b,c\n1,2,3\n\n\nReport\nCopyright (c) 2026\nConfidential\n',
    ',',
    { footer: 'salesforce-report' },
  ],
] as const) {
  test(`finds out what parts the cells: ${what}`, async (t) => {
    const found = { encoding: 'utf-8', format: 'csv', delimiter, ...more };
    const plain = delimiter === ',' && Object.keys(more).length === 0;
    assert.deepEqual(await dialectOf(t, text), plain ? {} : found);
  });
}

test('a delimiter that is given decides, but for a file of ours that comes back', async (t) => {
  const wanted = { encoding: 'auto', delimiter: '^' };
  assert.equal((await dialectOf(t, 'id^name;x\n1^b;c\n', wanted)).delimiter, '^');
  assert.equal((await dialectOf(t, 'sep=;\nid^name\n', wanted)).delimiter, '^');
  assert.equal((await dialectOf(t, 'id;_line;_outcome;_reason\n1;2;x;y\n', wanted)).delimiter, ';');
});

test('lone carriage returns, and those of a mixed file, end lines; others stay in their cells', async (t) => {
  const mac = await readLooked(await fileWith(t, 'id,name\r1,a\r\n2,"b\nc"\r3,d'));
  assert.deepEqual(brief(mac.records), [
    [2, '1', 'a'],
    [3, '2', 'b\nc'],
    [5, '3', 'd'],
  ]);
  const feeds = await readLooked(await fileWith(t, 'id,name\n1,"a\rb"\n2,c\r\n'));
  assert.deepEqual(brief(feeds.records), [
    [2, '1', 'a\rb'],
    [3, '2', 'c'],
  ]);
});

test('the footer of a report is left out and said; what looks like one in the middle is not', async (t) => {
  const report =
    '"First Name","Email"\n"Ann","ann@x.org"\n\n"Bob"\n"Cy","cy@x.org"\n\n\n"Contacts, all"\n\n"Copyright (c) 2026 a, b"\n';
  const file = await fileWith(t, report);
  const { dialect, notes } = await lookAt(file, 'report.csv');
  assert.equal(dialect?.footer, 'salesforce-report');
  assert.deepEqual(notes, ['the last 2 lines are taken for the footer of a report and left out.']);
  const { records } = await readLooked(file);
  assert.deepEqual(brief(records), [
    [2, 'Ann', 'ann@x.org'],
    [4, '!row-ragged'],
    [5, 'Cy', 'cy@x.org'],
  ]);
  const column = await lookAt(await fileWith(t, 'email\na@x.org\n\nb@x.org\n'), 'one.csv');
  assert.equal(column.dialect, undefined);
});

test('rows of empty cells at the end are no records, however many; in the middle they are', async (t) => {
  const { records } = await readLooked(
    await fileWith(t, `id;name\n;\n1;a\n${';\n'.repeat(5000)}2;b\n${';\r\n'.repeat(9000)}`),
  );
  assert.equal(records.length, 5003);
  assert.deepEqual(brief(records.slice(0, 3)), [
    [2, '', ''],
    [3, '1', 'a'],
    [4, '', ''],
  ]);
  assert.deepEqual(brief(records.slice(-1)), [[5004, '2', 'b']]);
});

test('what looks damaged is said, with what to try', async (t) => {
  const bytes = (...parts: (string | number)[]) =>
    Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.of(part))));
  const russian = Buffer.from([...Buffer.from('id,name\n'), ...[0xcf, 0xf0, 0xe8, 0xe2, 0x0a, 0xcf, 0xf0, 0x0a]]);
  for (const [content, encoding, says] of [
    ['id,name\n1,MÃ¼ller\n', 'auto', /damaged before.*Export it again\.$/],
    ['id,name\n1,Müller\n', 'windows-1252', /looks damaged when it is read as windows-1252.*Try --encoding utf-8\.$/],
    ['id,name\n1,M\ufffdller\n', 'auto', /replacement characters.*Export it again\.$/],
    [bytes('id,name\n1,M', 0x9f, 'ller\n2,J', 0x9a, 'rg\n'), 'auto', /looks like macintosh/],
    [russian, 'auto', /looks like windows-1251/],
    [bytes('id,name\n1,M', 0xfc, 'ller\n2,J', 0xf6, 'rg\n'), 'auto', /If letters look wrong, give --encoding\.$/],
  ] as const) {
    const { notes } = await lookAt(await fileWith(t, content), 'rows.csv', { encoding, delimiter: 'auto' });
    assert.equal(notes.length, 1, String(content));
    assert.match(notes[0]!, says);
    assert.doesNotMatch(notes[0]!, /ller"|1,/);
  }
  assert.deepEqual((await lookAt(await fileWith(t, 'id,name\n1,Müller’s\n'), 'rows.csv')).notes, []);
});

test('what is no table of text is refused with the way out', async (t) => {
  for (const [content, code] of [
    ['PK\x03\x04', 'not-csv'],
    [gzipSync('PK\x03\x04 a book in a packet'), 'not-csv'],
    [Buffer.from('d0cf11e0a1b11ae1', 'hex'), 'not-csv'],
    ['%PDF-1.7', 'not-csv'],
    ['<!DOCTYPE html><p>Log in', 'not-csv'],
    [Buffer.from('fffe000069000000', 'hex'), 'bad-encoding'],
    [gzipSync('id,name\n1,a\n'.repeat(1000)).subarray(0, 40), 'bad-gzip'],
    [Buffer.from('1f8b0800000000000003ffffffff', 'hex'), 'bad-gzip'],
  ] as const) {
    const spool = await freshDirectory(t);
    const file = await fileWith(t, content);
    await assert.rejects(openSources([file], spool), (error) => {
      assert.ok(error instanceof SourceError);
      assert.equal(error.code, code);
      assert.match(error.message, /[.)] [A-Z"][^.]+\.$/);
      return true;
    });
    assert.deepEqual(await readdir(spool), []);
  }
});

test('a file that is read again is read as it was, not as it would be now', async (t) => {
  const file = await fileWith(t, 'id;name\n1;a\n');
  const dialect: Dialect = { encoding: 'utf-8', format: 'csv', delimiter: ';' };
  const [again] = await openSources([file], '', { dialects: [dialect], wanted: { encoding: 'auto', delimiter: ',' } });
  assert.deepEqual(again?.dialect, dialect);
  const [plain] = await openSources([file], '', { dialects: [undefined] });
  assert.equal(plain?.dialect, undefined);
});
