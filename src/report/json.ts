import { join } from 'node:path';
import type { Summary } from '../run/summary.ts';
import { writePrivate } from './private-file.ts';

/** The summary as `summary.json` holds it and `--json` prints it: two spaces, one newline at the end. */
export function summaryJson(summary: Summary): string {
  return `${JSON.stringify(summary, null, 2)}\n`;
}

/** Writes `summary.json` (mode 0600) into the report directory, which is made if need be; answers its path. */
export async function writeSummary(dir: string, summary: Summary): Promise<string> {
  const path = join(dir, 'summary.json');
  await writePrivate(path, (file) => file.writeFile(summaryJson(summary)));
  return path;
}
