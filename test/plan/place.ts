import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import type { PlanEntry } from '../../src/plan/entry.ts';
import { PlanFileError, type PlanFileErrorCode } from '../../src/plan/error.ts';
import { type Desk, type NumberedEntry, PlanReader } from '../../src/plan/read.ts';
import { PlanWriter } from '../../src/plan/write.ts';
import { sampleEntry, sampleHeader } from './sample.ts';

/** The desk of `sampleHeader`. */
export const DESK: Desk = { baseUrl: 'https://desk.example.com', accountId: 1 };

/** Five rows of which three write. */
export const ENTRIES: readonly PlanEntry[] = [
  sampleEntry(),
  sampleEntry({ row: 1, line: 3, outcome: 'unchanged', changes: [] }),
  sampleEntry({ row: 2, line: 4, outcome: 'created', contact_id: null }),
  sampleEntry({ row: 3, line: 5, outcome: 'invalid', reason: 'email-format', contact_id: null, keys: {}, changes: [] }),
  sampleEntry({ row: 4, line: 6, contact_id: 44, changes: [{ field: 'avatar_url', before: undefined, after: '"x"' }] }),
];

/** A directory of the test's own, gone after it. */
export async function ownDir(t: TestContext): Promise<string> {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'plan-file-'));
  t.after(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

/** Where a test puts its plan. */
export async function ownPlace(t: TestContext): Promise<string> {
  return path.join(await ownDir(t), 'plan.ndjson');
}

export async function write(place: string, entries: readonly PlanEntry[]): Promise<string> {
  const writer = await PlanWriter.open(place, sampleHeader());
  for (const entry of entries) await writer.add(entry);
  return writer.finish();
}

export async function read(
  place: string,
  from = 0,
  desk = DESK,
): Promise<{ reader: PlanReader; found: NumberedEntry[] }> {
  const reader = await PlanReader.open(place, desk);
  try {
    const found: NumberedEntry[] = [];
    for await (const each of reader.entries(from)) found.push(each);
    return { reader, found };
  } finally {
    await reader.close();
  }
}

/** The error a file is refused with; puts `bytes` there first, if given. */
export async function refused(
  place: string,
  code: PlanFileErrorCode,
  bytes?: Buffer | string,
  desk = DESK,
): Promise<PlanFileError> {
  if (bytes !== undefined) await writeFile(place, bytes);
  const error = await PlanReader.open(place, desk).then(
    async (reader) => {
      await reader.close();
      assert.fail(`was read, where ${code} was expected`);
    },
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof PlanFileError, String(error));
  assert.equal(error.code, code, error.message);
  return error;
}

/** The lines with a last one that agrees. */
export function sealed(lines: readonly string[]): string {
  const body = lines.map((line) => `${line}\n`).join('');
  const hash = createHash('sha256').update(body).digest('hex');
  return `${body}{"checksum":"sha256:${hash}","rows":${lines.length - 1}}\n`;
}
