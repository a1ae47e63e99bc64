import { rm } from 'node:fs/promises';
import { planEnds } from '../run/plans.ts';
import { spoolDirOf } from './kept.ts';
import type { Started } from './start.ts';

/** A plan leaves nothing behind: neither in Redis nor on the disk. */
export async function forgetPlan({ engine, run }: Pick<Started, 'engine' | 'run'>): Promise<void> {
  const { redis, keys, config } = engine;
  await engine.jobs.close();
  await planEnds(redis, keys, run);
  await rm(spoolDirOf(config, run), { recursive: true, force: true });
}
