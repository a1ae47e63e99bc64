import { mostInFlight } from '../../config/pace.ts';
import type { Rules } from '../chatwoot/version.ts';
import { forgetDeadPlans } from '../run/plans.ts';
import { Chores } from '../worker/chores.ts';
import { keepHeapSmall } from '../worker/heap.ts';
import { Pool } from '../worker/pool.ts';
import type { Engine } from './engine.ts';

/** What works in this process. */
export interface Workers {
  pool: Pool;
  chores: Chores;
}

/** Starts the workers of this process, and the chores beside them. `rules`: what the version of the server needs. */
export async function startWorkers(engine: Engine, rules: Rules): Promise<Workers> {
  keepHeapSmall();
  await forgetDeadPlans(engine.redis, engine.access);
  const parts = { ...engine, rules, random: Math.random };
  const pool = new Pool(parts, mostInFlight(engine.config));
  await pool.ready();
  const chores = new Chores(parts);
  chores.start();
  return { pool, chores };
}
