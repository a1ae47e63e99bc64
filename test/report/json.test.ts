import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { writeSummary } from '../../src/report/json.ts';
import { writePrivate } from '../../src/report/private-file.ts';
import { sampleSummary } from './sample.ts';

test('summary.json is pretty, whole, and readable by its owner alone', async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'report-'));
  t.after(() => rm(dir, { recursive: true }));
  const path = await writeSummary(join(dir, 'not', 'there'), sampleSummary());
  const text = await readFile(path, 'utf8');
  assert.ok(text.startsWith('{\n  "run": "run_a1",\n') && text.endsWith('}\n'));
  assert.deepEqual(JSON.parse(text), sampleSummary());
  assert.equal((await stat(path)).mode & 0o777, 0o600);
});

test('a file that cannot be filled leaves the old one and no remains', async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'report-'));
  t.after(() => rm(dir, { recursive: true }));
  const path = await writeSummary(dir, sampleSummary());
  const filling = writePrivate(path, async (file) => {
    await file.writeFile('half');
    throw new Error('disk full');
  });
  await assert.rejects(filling, /disk full/);
  assert.deepEqual(await readdir(dir), ['summary.json']);
  assert.deepEqual(JSON.parse(await readFile(path, 'utf8')), sampleSummary());
});
