import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Summary } from '../run/summary.ts';
import { summaryJson } from './json.ts';

/** Bytes that hold the first line of outcomes.ndjson: it names its run first. */
const ENOUGH = 4096;

/** The run whose report a directory holds; undefined when it holds none. */
export async function ownerOf(dir: string): Promise<string | undefined> {
  return (await runOfOutcomes(path.join(dir, 'outcomes.ndjson'))) ?? runOfSummary(path.join(dir, 'summary.json'));
}

/**
 * Makes a directory the one of a run, before anything is written there: a summary that says it is running. Of two that ask
 * at the same moment one gets it. Answers the run that has it.
 */
export async function claimReport(dir: string, summary: Summary): Promise<string> {
  const owner = await ownerOf(dir);
  if (owner !== undefined) return owner;
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const complete = path.join(dir, `summary.json.${randomUUID()}.part`);
  await writeFile(complete, summaryJson(summary), { mode: 0o600 });
  try {
    // Unlike a rename it fails where a summary is already, and nobody ever sees half of one.
    await link(complete, path.join(dir, 'summary.json'));
    return summary.run;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return (await ownerOf(dir)) ?? summary.run;
  } finally {
    await rm(complete, { force: true });
  }
}

async function runOfOutcomes(file: string): Promise<string | undefined> {
  const handle = await open(file).catch(() => undefined);
  if (handle === undefined) return undefined;
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(ENOUGH), 0, ENOUGH, 0);
    return /^\{"run":"([\w-]+)"/.exec(buffer.toString('utf8', 0, bytesRead))?.[1];
  } finally {
    await handle.close();
  }
}

/** A summary that cannot be read is nobody's: it is written anew. */
async function runOfSummary(file: string): Promise<string | undefined> {
  try {
    const { run } = JSON.parse(await readFile(file, 'utf8')) as { run?: unknown };
    return typeof run === 'string' ? run : undefined;
  } catch {
    return undefined;
  }
}
