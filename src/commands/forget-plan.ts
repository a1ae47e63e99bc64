import { rm } from 'node:fs/promises';
import { unlinkAll } from '../redis/unlink.ts';
import { spoolDirOf } from './kept.ts';
import type { Started } from './start.ts';

/** A plan leaves nothing behind: neither in Redis nor on the disk. */
export async function forgetPlan({ engine, run }: Started): Promise<void> {
  const { redis, keys, config } = engine;
  await engine.jobs.close();
  await unlinkAll(redis, `${keys.base}:`);
  await unlinkAll(redis, `${keys.tag}:${keys.queue}:`);
  await rm(spoolDirOf(config, run), { recursive: true, force: true });
}
