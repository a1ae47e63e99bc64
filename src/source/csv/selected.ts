import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * Some records of a file by their ordinals (zero-based, without the header), kept in a file of their own: a run that reads
 * only them can be continued, and its report finds their cells.
 */
export async function writeSelection(file: string, ordinals: readonly number[]): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(file, `${ordinals.join('\n')}\n`, { mode: 0o600 });
}

/** The ordinals of a selection; undefined when it is gone. */
export function readSelection(file: string): Set<number> | undefined {
  if (!existsSync(file)) return undefined;
  return new Set(readFileSync(file, 'utf8').split('\n').filter(Boolean).map(Number));
}

/** Of batches of records, those that are selected, from the given place among them on. */
export async function* selected<T>(
  batches: AsyncIterable<T[]>,
  ordinals: ReadonlySet<number>,
  from = 0,
): AsyncGenerator<T[]> {
  let ordinal = 0;
  let place = 0;
  for await (const batch of batches) {
    const kept = batch.filter(() => ordinals.has(ordinal++) && place++ >= from);
    if (kept.length > 0) yield kept;
  }
}
