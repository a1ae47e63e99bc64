import path from 'node:path';
import type { PlannedSource } from '../producer/source.ts';
import { selected, writeSelection } from '../source/csv/selected.ts';
import { spoolDirOf } from './kept.ts';
import { csvFiles, type Errand } from './start.ts';

/** Some rows of a file, picked at random, as the source of a run. */
export function sampleOf(file: string, most: number): Errand['sources'] {
  return async (config, run, options) => {
    const planned = await csvFiles([file])(config, run, options);
    return Promise.all(
      planned.map((source, i) => pick(source, most, path.join(spoolDirOf(config, run), `only-${i}.txt`))),
    );
  };
}

async function pick(source: PlannedSource, most: number, only: string): Promise<PlannedSource> {
  const ordinals: number[] = [];
  let seen = 0;
  for await (const batch of source.read(0)) {
    for (const _row of batch) {
      // Every row has the same chance to stay, however many come (reservoir sampling).
      const place = ordinals.length < most ? ordinals.length : Math.floor(Math.random() * (seen + 1));
      if (place < most) ordinals[place] = seen;
      seen++;
    }
  }
  ordinals.sort((a, b) => a - b);
  await writeSelection(only, ordinals);
  const set = new Set(ordinals);
  return { ...source, only, read: (from) => selected(source.read(0), set, from) };
}
