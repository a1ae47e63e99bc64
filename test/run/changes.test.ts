import assert from 'node:assert/strict';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ChangesFile, changesIn } from '../../src/run/changes.ts';

function fileIn(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'cs-changes-'));
  t.after(() => rmSync(dir, { recursive: true }));
  return join(dir, 'undo', 'r1.ndjson');
}

async function append(path: string, ...batches: string[][]): Promise<void> {
  const file = new ChangesFile(path);
  for (const lines of batches) await file.append(lines);
  await file.close();
}

test('a run that overwrote nothing has no file; one that did has a private one', async (t) => {
  const path = fileIn(t);
  await append(path, []);
  assert.equal(existsSync(path), false);
  await append(path, ['{"a":1}'], [], ['{"a":2}']);
  assert.equal(readFileSync(path, 'utf8'), '{"a":1}\n{"a":2}\n');
  assert.equal(statSync(path).mode & 0o777, 0o600);
});

test('half a line of a crash is cut off, however long it is, and writing goes on behind the last whole one', async (t) => {
  const path = fileIn(t);
  await append(path, ['{"a":1}']);
  appendFileSync(path, `{"half":"${'x'.repeat(200_000)}`);
  await append(path, ['{"a":2}']);
  const lines: string[] = [];
  for await (const line of changesIn(path)) lines.push(line);
  assert.equal(lines.join(' ').slice(0, 100), '{"a":1} {"a":2}');
});

test('without a file there is nothing', async () => {
  for await (const _line of changesIn('/nowhere/r1.ndjson')) assert.fail('a line');
});
