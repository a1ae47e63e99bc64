import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

/** Files of former values: how many, their bytes, and when the oldest was last written (epoch ms; null without any). */
export interface KeptUndo {
  files: number;
  bytes: number;
  oldest: number | null;
}

/** What is kept for undoing runs in `dir`, a file a run. */
export async function keptUndo(dir: string): Promise<KeptUndo> {
  const kept: KeptUndo = { files: 0, bytes: 0, oldest: null };
  for (const name of await readdir(dir).catch(() => [])) {
    if (!name.endsWith('.ndjson')) continue;
    // Another process may remove it at this moment.
    const found = await stat(path.join(dir, name)).catch(() => undefined);
    if (found === undefined) continue;
    kept.files += 1;
    kept.bytes += found.size;
    kept.oldest = Math.min(kept.oldest ?? found.mtimeMs, found.mtimeMs);
  }
  return kept;
}
