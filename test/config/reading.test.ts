import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CONFIG } from '../../config/schema.ts';

test('encodings and delimiters are kept under one name each', () => {
  const { encoding, delimiter, download } = CONFIG.parse({});
  assert.deepEqual([encoding, delimiter, download.max_size, download.allow_private], ['auto', 'auto', 1e9, false]);
  for (const [given, kept] of [
    ['latin1', 'windows-1252'],
    ['CP1252', 'windows-1252'],
    ['UTF-8', 'utf-8'],
    ['sjis', 'shift_jis'],
  ])
    assert.equal(CONFIG.parse({ encoding: given }).encoding, kept);
  for (const [given, kept] of [
    ['tab', '\t'],
    ['\\t', '\t'],
    ['\t', '\t'],
    ['^', '^'],
  ])
    assert.equal(CONFIG.parse({ delimiter: given }).delimiter, kept);
  for (const wrong of [
    { encoding: 'klingon' },
    { delimiter: ',,' },
    { delimiter: '"' },
    { delimiter: '\n' },
    { delimiter: '' },
  ])
    assert.equal(CONFIG.safeParse(wrong).success, false, JSON.stringify(wrong));
});
