import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { recordsOf, type UndoRecord, Vault, VaultError } from '../../src/undo/vault.ts';

const RECORD: UndoRecord = {
  contact: '7',
  fields: { name: ['"Ada"', '"Bea"'], 'custom_attributes.plan': ['', '"pro"'] },
};

test('a record comes out as it went in, with a key and without', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.tuple(fc.string(), fc.string())),
      fc.option(fc.string()),
      (fields, key) => {
        const vault = new Vault(key ?? undefined);
        const record = { contact: '7', fields };
        assert.equal(JSON.stringify(vault.open(vault.seal(record))), JSON.stringify(record));
      },
    ),
  );
});

test('with a key nothing of it can be read, and the same record never looks the same', () => {
  const vault = new Vault('correct horse');
  const sealed = vault.seal(RECORD);
  assert.ok(!sealed.includes('Ada') && !sealed.includes('plan') && !sealed.includes('7"'), sealed);
  assert.notEqual(sealed, vault.seal(RECORD));
  assert.equal(JSON.stringify(JSON.parse(sealed)), sealed, 'one JSON text, which a log entry can carry');
});

test('another key, no key or a changed byte is refused with what to do', () => {
  const sealed = new Vault('correct horse').seal(RECORD);
  const bytes = Buffer.from(JSON.parse(sealed) as string, 'base64');
  bytes[bytes.length - 1]! ^= 1;
  const cases: [Vault, string, RegExp][] = [
    [new Vault('battery staple'), sealed, /another key/],
    [new Vault(undefined), sealed, /encrypted\. Give the key/],
    [new Vault('correct horse'), JSON.stringify(bytes.toString('base64')), /another key/],
  ];
  for (const [vault, text, words] of cases) {
    assert.throws(
      () => vault.open(text),
      (error) => error instanceof VaultError && words.test(error.message),
    );
  }
  assert.deepEqual(new Vault('correct horse').open(JSON.stringify(RECORD)), RECORD, 'what was kept without a key');
});

test('each run gets its own part of a write', () => {
  const change = { version: '0', field: 'name', before: '"Ada"', after: '"Bea"' };
  const records = recordsOf('7', [
    { ...change, run: 'r1' },
    { ...change, run: 'r2', field: 'email', before: undefined, after: '"b@x.test"' },
  ]);
  assert.deepEqual(JSON.parse(JSON.stringify([...records])), [
    ['r1', { contact: '7', fields: { name: ['"Ada"', '"Bea"'] } }],
    ['r2', { contact: '7', fields: { email: [null, '"b@x.test"'] } }],
  ]);
});
