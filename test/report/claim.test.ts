import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { claimReport, ownerOf } from '../../src/report/claim.ts';
import { sampleRecord, sampleSummary } from './sample.ts';

function directory(t: TestContext): string {
  const dir = mkdtempSync(path.join(tmpdir(), 'cs-claim-'));
  t.after(() => rmSync(dir, { recursive: true }));
  return path.join(dir, 'out');
}

test('of many that want one directory at the same moment exactly one gets it', async (t) => {
  const dir = directory(t);
  const runs = Array.from({ length: 20 }, (_, i) => `run_${i}`);
  const owners = await Promise.all(runs.map((run) => claimReport(dir, sampleSummary({ run, status: 'running' }))));
  assert.equal(new Set(owners).size, 1);
  assert.deepEqual(readdirSync(dir), ['summary.json'], 'nothing else is left');
  const summary = JSON.parse(readFileSync(path.join(dir, 'summary.json'), 'utf8'));
  assert.deepEqual([summary.run, summary.status], [owners[0], 'running']);
  assert.equal(statSync(path.join(dir, 'summary.json')).mode & 0o777, 0o600);
  assert.equal(await ownerOf(dir), owners[0]);
});

test('whoever has it gets it again; outcomes say whose it is, whatever became of the summary', async (t) => {
  const dir = directory(t);
  assert.equal(await ownerOf(dir), undefined);
  assert.equal(await claimReport(dir, sampleSummary({ run: 'mine' })), 'mine');
  assert.equal(await claimReport(dir, sampleSummary({ run: 'mine' })), 'mine');
  assert.equal(await claimReport(dir, sampleSummary({ run: 'other' })), 'mine');
  writeFileSync(path.join(dir, 'outcomes.ndjson'), `${JSON.stringify(sampleRecord({ run: 'before' }))}\n`);
  assert.equal(await ownerOf(dir), 'before');
  rmSync(path.join(dir, 'outcomes.ndjson'));
  writeFileSync(path.join(dir, 'summary.json'), '{"run":');
  assert.equal(await ownerOf(dir), undefined, 'half a summary says nothing');
});
