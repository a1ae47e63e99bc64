import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigError } from '../../config/error.ts';
import { loadConfig } from '../../config/load.ts';
import { CONFIG } from '../../config/schema.ts';
import { configFile } from './config-file.ts';

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

test('what a source says of its files is spelt as for all files, and says nothing when it says nothing', () => {
  const { sources } = CONFIG.parse({
    sources: {
      crm: {
        file: { url: 'https://crm.test/export.csv?key=1', header_env: 'CRM', encoding: 'latin1', delimiter: 'tab' },
      },
      erp: { file: {} },
    },
  });
  const { url, header_env, encoding, delimiter } = sources.crm!.file!;
  assert.deepEqual(
    [url, header_env, encoding, delimiter],
    ['https://crm.test/export.csv?key=1', 'CRM', 'windows-1252', '\t'],
  );
  assert.deepEqual([sources.erp!.file!.encoding, sources.erp!.file!.delimiter], [undefined, undefined]);
});

test('each fault of it is said with the path of its key, and an address is not repeated', () => {
  const cases: [file: object, fault: RegExp][] = [
    [
      { encoding: 'klingon' },
      /^ {2}- sources\.crm\.file\.encoding: is no encoding that can be read: use auto, .* Correct it/m,
    ],
    [{ delimiter: ',,' }, /^ {2}- sources\.crm\.file\.delimiter: is no delimiter: use auto, tab or one character/m],
    [
      { header_env: 'Bearer S3CRET' },
      /^ {2}- sources\.crm\.file\.header_env: is no name of an environment variable\./m,
    ],
    [
      { url: 'ftp://S3CRET/x' },
      /^ {2}- sources\.crm\.file\.url: is no address of the web: write https:\/\/host\/path\./m,
    ],
    [{ url: 'https:S3CRET' }, /^ {2}- sources\.crm\.file\.url: is no address of the web/m],
    [{ url: 'https://' }, /^ {2}- sources\.crm\.file\.url: is no address of the web/m],
    [{ url: 'export.csv' }, /^ {2}- sources\.crm\.file\.url: is no address of the web/m],
    [{ url: 7 }, /^ {2}- sources\.crm\.file\.url: /m],
    [
      { url: 'https://me:S3CRET@crm.test/x' },
      /^ {2}- sources\.crm\.file\.url: holds a user or a password, .* leave them out, and name its variable with header_env\./m,
    ],
    [{ url: 'https://S3CRET@crm.test/x' }, /^ {2}- sources\.crm\.file\.url: holds a user or a password/m],
  ];
  for (const [file, fault] of cases) {
    const read = () => loadConfig({ file: configFile({ sources: { crm: { file } } }), env: {}, flags: {} });
    assert.throws(read, (error) => {
      assert.ok(error instanceof ConfigError, String(error));
      assert.match(error.message, fault);
      assert.doesNotMatch(error.message, /S3CRET/);
      return true;
    });
  }
});
