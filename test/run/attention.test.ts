import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { Attention } from '../../src/run/attention.ts';
import { LinesAt } from '../../src/run/lines-at.ts';
import type { OutcomeRecord } from '../../src/run/record.ts';
import type { RunFile } from '../../src/run/state.ts';
import { sampleRecord } from '../report/sample.ts';

const FILES: RunFile[] = [3, 2].map((rows, i) => ({
  path: `${i}.csv`,
  file: `/${i}.csv`,
  sha256: '',
  rows,
  kind: 'csv',
  done: true,
}));

function written(t: TestContext, text: string): string {
  const dir = mkdtempSync(path.join(tmpdir(), 'cs-attention-'));
  t.after(() => rmSync(dir, { recursive: true }));
  const file = path.join(dir, 'outcomes.ndjson');
  writeFileSync(file, text);
  return file;
}

async function attentionOf(t: TestContext, records: Partial<OutcomeRecord>[], files = FILES): Promise<Attention> {
  const file = written(t, records.map((record) => `${JSON.stringify(sampleRecord(record))}\n`).join(''));
  const attention = await Attention.read(file, statSync(file).size, files);
  t.after(() => attention.close());
  return attention;
}

const rowsLeft = async (attention: Attention) => {
  const rows: number[] = [];
  for await (const { row } of attention.rest()) rows.push(row);
  return rows;
};

test('rows that need attention are found by file and line, once, and the rest come in the order of the input', async (t) => {
  const attention = await attentionOf(t, [
    { row: 4, line: 90, outcome: 'failed', reason: 'timed-out' },
    { row: 2, line: 7, outcome: 'not_found', reason: 'no-such-contact', detail: 'später, "so"' },
    { row: 1, line: 3 },
    { row: 3, line: 2, outcome: 'invalid', reason: 'row-ragged' },
    { row: 0, line: 2, outcome: 'rejected', reason: 'email-taken', holder: 9 },
  ]);
  assert.equal(attention.size, 4);
  assert.deepEqual(await rowsLeft(attention), [0, 2, 3, 4]);
  assert.equal(await attention.take(0, 3), undefined, 'it ended well');
  assert.equal((await attention.take(1, 2))?.reason, 'row-ragged', 'the line of the other file');
  assert.equal((await attention.take(0, 7))?.detail, 'später, "so"');
  assert.equal(await attention.take(0, 7), undefined, 'only once');
  assert.deepEqual([attention.size, await rowsLeft(attention)], [2, [0, 4]]);
});

test('of a file that is not read to its end all rows behind it are its own', async (t) => {
  const [first, second] = FILES as [RunFile, RunFile];
  const { done: _, ...open } = second;
  const records = [3, 40].map((row) => ({ row, line: row + 2, outcome: 'invalid' as const }));
  const attention = await attentionOf(t, records, [first, { ...open, rows: 0 }]);
  assert.equal((await attention.take(1, 42))?.row, 40);
  assert.equal((await attention.take(1, 5))?.row, 3);
});

test('what another process is writing behind the known length is not read', async (t) => {
  const line = `${JSON.stringify(sampleRecord({ row: 0, outcome: 'invalid' }))}\n`;
  const file = written(t, `${line}${line.replace('"row":0', '"row":1').slice(0, 50)}`);
  const attention = await Attention.read(file, line.length, FILES);
  t.after(() => attention.close());
  assert.deepEqual(await rowsLeft(attention), [0]);
});

test('lines are read wherever they begin: over the borders of blocks, larger than one, and the last without its end', async (t) => {
  const lines = ['a'.repeat(65_530), 'über die Grenze', 'b'.repeat(200_000), 'c', 'zuletzt'];
  const file = written(t, lines.join('\n'));
  const reader = await LinesAt.open(file);
  t.after(() => reader.close());
  const starts = lines.map((_, i) =>
    Buffer.byteLength(
      lines
        .slice(0, i)
        .map((line) => `${line}\n`)
        .join(''),
    ),
  );
  for (const i of [4, 0, 2, 1, 3, 1, 4]) assert.equal(await reader.at(starts[i]!), lines[i]);
});
