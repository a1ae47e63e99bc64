import { type ChoreParts, Chores } from '../worker/chores.ts';
import { keepHeapSmall } from '../worker/heap.ts';
import { Pool, type PoolParts } from '../worker/pool.ts';

/** What works in this process. */
export interface Workers {
  pool: Pool;
  chores: Chores;
}

/** Begins to work with so many calls in flight at most, and with the chores beside it. */
export async function setToWork(parts: PoolParts & ChoreParts, inFlight: number): Promise<Workers> {
  keepHeapSmall();
  const pool = new Pool(parts, inFlight);
  await pool.ready();
  const chores = new Chores(parts);
  chores.start();
  return { pool, chores };
}
