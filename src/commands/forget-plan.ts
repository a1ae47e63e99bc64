import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Config } from '../../config/schema.ts';
import { DEAD_AFTER_MS, planEnds } from '../run/plans.ts';
import { spoolDirOf } from './kept.ts';
import type { Started } from './start.ts';

/** A plan leaves nothing behind: neither in Redis nor on the disk. */
export async function forgetPlan({ engine, run }: Pick<Started, 'engine' | 'run'>): Promise<void> {
  const { redis, keys, config } = engine;
  // Calls that are counted later would bring its hash back.
  engine.ledger.flush();
  await engine.jobs.close();
  await planEnds(redis, keys, run);
  await rm(spoolDirOf(config, run), { recursive: true, force: true });
}

/** Removes what plans left on this disk that were killed more than a day ago: values of contacts. `now`: epoch milliseconds. */
export async function forgetPlanFiles(config: Pick<Config, 'data_dir'>, now: number): Promise<void> {
  const runs = path.join(config.data_dir, 'runs');
  for (const name of await readdir(runs).catch(() => [])) {
    if (!name.startsWith('plan_')) continue;
    const dir = path.join(runs, name);
    // Another process may have been quicker.
    const found = await stat(dir).catch(() => undefined);
    if (found !== undefined && now - found.mtimeMs > DEAD_AFTER_MS) await rm(dir, { recursive: true, force: true });
  }
}
