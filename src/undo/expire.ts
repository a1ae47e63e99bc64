import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Removes the files of what was overwritten once they are too old to be undone: they hold people's former data.
 *
 * @param dir where they are kept, a file a run
 * @param days how long they are kept
 * @param now epoch milliseconds
 */
export async function expire(dir: string, days: number, now: number): Promise<void> {
  for (const name of await readdir(dir).catch(() => [])) {
    if (!name.endsWith('.ndjson')) continue;
    const file = path.join(dir, name);
    // Another process may have been quicker.
    const found = await stat(file).catch(() => undefined);
    if (found !== undefined && now - found.mtimeMs > days * DAY_MS) await rm(file, { force: true });
  }
}
