import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Only its owner may read a report: it holds, or points at, personal data. */
const MODE = 0o600;

/**
 * Writes a file of mode 0600 through `fill`, whole or not at all: it is written beside `path` and renamed at the end.
 * So a reader never sees half a report, and a report may replace the very file it was made from.
 */
export async function writePrivate(path: string, fill: (file: FileHandle) => Promise<void>): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const unfinished = `${path}.${randomUUID()}.part`;
  const file = await open(unfinished, 'wx', MODE);
  try {
    try {
      await fill(file);
    } finally {
      await file.close();
    }
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}
