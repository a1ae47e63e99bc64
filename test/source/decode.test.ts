import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { Wanted } from '../../src/source/decode/dialect.ts';
import { lookAt } from '../../src/source/decode/look.ts';
import { SourceError } from '../../src/source/error.ts';
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
      const file = await fileWith(t, gzip ? gzipSync(bytes) : bytes);
      const { dialect, lines, size } = await lookAt(file, 'rows.csv');
      assert.deepEqual(dialect, { encoding, format: 'csv', delimiter: ';', ...(gzip ? { gzip } : {}) });
      assert.equal(lines, 6);
      assert.equal(size, (gzip ? gzipSync(bytes) : bytes).length);
      const { header, records } = await readLooked(file);
      assert.deepEqual(header, ['id', 'name']);
      assert.deepEqual(brief(records), ROWS);
    }
  });
}
