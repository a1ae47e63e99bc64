import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { type CsvRecord, type ReadOptions, readHeader, readRecords } from '../../src/source/csv/read.ts';
import type { Wanted } from '../../src/source/decode/dialect.ts';
import { lookAt } from '../../src/source/decode/look.ts';

/** A directory that is gone when the test is over. */
export async function freshDirectory(t: TestContext): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), 'contact-sync-source-'));
  t.after(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** Writes the content to a file that is gone when the test is over. */
export async function fileWith(t: TestContext, content: string | Uint8Array): Promise<string> {
  const file = path.join(await freshDirectory(t), 'rows.csv');
  await writeFile(file, content);
  return file;
}

/** All records of a file as it is read when nothing is said of it. */
export async function readLooked(file: string, wanted?: Wanted): Promise<{ header: string[]; records: CsvRecord[] }> {
  const { dialect } = await lookAt(file, file, wanted);
  const options = dialect === undefined ? {} : { dialect };
  return { header: await readHeader(file, options), records: await readAll(file, options) };
}

export async function readAll(file: string, options: Partial<ReadOptions> = {}): Promise<CsvRecord[]> {
  const header = await readHeader(file, options);
  const records: CsvRecord[] = [];
  for await (const batch of readRecords(file, { header, ...options })) records.push(...batch);
  return records;
}

/** Entries in the short form that tests compare: line and cells, or line and reason. */
export function brief(records: CsvRecord[]): (string | number)[][] {
  return records.map((record) =>
    'cells' in record ? [record.line, ...record.cells] : [record.line, `!${record.fault.reason}`],
  );
}
