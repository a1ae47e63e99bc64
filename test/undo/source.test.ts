import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { SourceRow } from '../../src/producer/source.ts';
import { rowOf, rowsFrom, wholesIn, writeRows } from '../../src/undo/source.ts';
import { type UndoRecord, Vault } from '../../src/undo/vault.ts';

const PLAIN = new Vault(undefined);

function place(t: TestContext, name: string): string {
  const dir = mkdtempSync(join(tmpdir(), 'cs-undo-'));
  t.after(() => rmSync(dir, { recursive: true }));
  return join(dir, name);
}

async function wholes(t: TestContext, records: UndoRecord[], vault = PLAIN): Promise<UndoRecord[]> {
  const file = place(t, 'run.ndjson');
  writeFileSync(file, records.map((record) => `${vault.seal(record)}\n`).join(''));
  const found: UndoRecord[] = [];
  for await (const whole of wholesIn(file, vault)) found.push(whole);
  return found;
}

test('several writes of one contact are taken back together: the first former value, the last new one', async (t) => {
  const found = await wholes(t, [
    { contact: '1', fields: { name: ['"A"', '"B"'] } },
    { contact: '2', fields: { name: ['"X"', '"Y"'] } },
    { contact: '1', fields: { name: ['"B"', '"C"'], email: ['null', '"c@x.test"'] } },
    // What comes once more after a crash says nothing new.
    { contact: '1', fields: { name: ['"A"', '"B"'] } },
    { contact: '1', fields: { name: ['"B"', '"C"'], email: ['null', '"c@x.test"'] } },
  ]);
  assert.deepEqual(found, [
    { contact: '2', fields: { name: ['"X"', '"Y"'] } },
    { contact: '1', fields: { name: ['"A"', '"C"'], email: ['null', '"c@x.test"'] } },
  ]);
});

test('a contact that was created and then written is still one that was created', async (t) => {
  const records: UndoRecord[] = [
    { contact: '1', created: true, fields: { name: [null, '"B"'] } },
    { contact: '1', fields: { name: ['"B"', '"C"'] } },
  ];
  assert.deepEqual(await wholes(t, records, new Vault('key')), [
    { contact: '1', created: true, fields: { name: [null, '"C"'] } },
  ]);
});

test('a row puts back what was there: a value, nothing, a null that was kept, and nothing that is not known', () => {
  const fields: UndoRecord['fields'] = {
    name: ['"A"', '"B"'],
    'custom_attributes.new': ['', '"x"'],
    'custom_attributes.none': ['null', '"x"'],
    'additional_attributes.city': ['', '"Y"'],
    phone_number: ['null', '"+15550001"'],
    avatar_url: [null, '"https://x.test/a.png"'],
  };
  const row = rowOf(3, { contact: '7', fields }, false);
  assert.ok('change' in row);
  assert.deepEqual([row.line, row.change.keys, row.change.match], [3, { id: '7' }, ['id']]);
  assert.deepEqual(row.change.patch, {
    name: '"A"',
    'custom_attributes.new': 'null',
    'custom_attributes.none': ' null',
    'additional_attributes.city': 'null',
    phone_number: 'null',
  });
  assert.equal(row.change.expect?.of, 'each');
  assert.equal(row.change.expect?.held.name, '"B"');
  assert.equal(row.change.expect?.held.avatar_url, undefined);
});

test('what cannot be put back is said: an avatar alone, a contact that was created', () => {
  const avatar = rowOf(1, { contact: '7', fields: { avatar_url: [null, '"https://x.test/a.png"'] } }, false);
  assert.deepEqual(avatar, { line: 1, skipped: 'cannot-undo', contact: '7' });
  const created: UndoRecord = { contact: '8', created: true, fields: { name: [null, '"B"'] } };
  assert.deepEqual(rowOf(2, created, false), { line: 2, skipped: 'created-by-run', contact: '8' });
  const deleted = rowOf(2, created, true);
  assert.ok('change' in deleted && deleted.change.expect?.held.name === '"B"');
});

test('the rows are kept sealed and can be read again from any of them', async (t) => {
  const file = place(t, 'sub/undo.ndjson');
  const vault = new Vault('key');
  async function* rows(): AsyncGenerator<SourceRow> {
    for (let line = 1; line <= 250; line++) yield { line, skipped: 'cannot-undo', contact: String(line) };
  }
  await writeRows(file, rows(), vault);
  const lines: number[] = [];
  for await (const batch of rowsFrom(file, 120, vault)) lines.push(...batch.map(({ line }) => line));
  assert.deepEqual(
    lines,
    Array.from({ length: 130 }, (_, i) => i + 121),
  );
});
