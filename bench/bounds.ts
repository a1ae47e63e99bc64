import { Redis } from 'ioredis';
import { keysOf } from '../src/redis/keys.ts';
import { highWaterOf } from './memory.ts';
import type { Result } from './result.ts';
import { endlessRows } from './rows.ts';
import { inWorld, type World } from './world.ts';

export interface BoundsOptions {
  rows: number;
  /** Redis' own limit in MB (2^20 bytes). */
  maxmemoryMb: number;
  concurrency: number;
  /** Between two looks at Redis; default a second. */
  everyMs?: number;
}

const MB = 2 ** 20;
const PROCESS_MB = 250;
/** One contact in so many is another than its row. */
const EVERY = 50;
const RUN = 'bounds';

/** Many rows of as many contacts through a Redis that is small for them: is anything refused, does anything get lost? */
export function bounds({ rows, maxmemoryMb, concurrency, everyMs = 1000 }: BoundsOptions): Promise<Result> {
  return inWorld({ every: EVERY }, 'ready', async (world) => {
    const file = await endlessRows(world.dir, 'rows.csv', rows);
    const redis = new Redis({ path: world.redis!.socket });
    await redis.config('SET', 'maxmemory', String(maxmemoryMb * MB));
    let process = 0;
    const course: Moment[] = [];
    let timer: NodeJS.Timeout | undefined;
    const { summary, ms } = await world
      .sync(['--concurrency', String(concurrency), '--run-id', RUN, file], ({ pid }) => {
        const from = performance.now();
        timer = setInterval(() => {
          process = Math.max(process, highWaterOf(pid!));
          void momentOf(redis, world, (performance.now() - from) / 1000).then((moment) => course.push(moment));
        }, everyMs);
      })
      .finally(() => clearInterval(timer));
    const { total, byRoute } = await world.counts();
    const info = await redis.info();
    const number = (key: string) => Number(new RegExp(`^${key}[:=](\\d+)`, 'm').exec(info)?.[1] ?? 0);
    const refused = Number(/^errorstat_OOM:count=(\d+)/m.exec(info)?.[1] ?? 0);
    const peak = number('used_memory_peak') / MB;
    redis.disconnect();
    const { updated, unchanged } = summary.outcomes;
    const changed = Math.floor(rows / EVERY);
    const balanced = summary.rows === rows && updated === changed && unchanged === rows - changed;
    const seconds = summary.duration_ms / 1000;
    return {
      setting: `${rows} rows of as many contacts, found by e-mail, three fields each, of which one in ${EVERY} differs; ${concurrency} in flight, at a desk that answers at once. Redis has a maxmemory of ${maxmemoryMb} MB and keeps an append-only file.`,
      tables: [
        {
          title: 'the run',
          head: ['rows', 'seconds', 'rows/s', 'rows/s, whole process', 'calls', 'PUTs', 'updated', 'unchanged'],
          rows: [
            [
              rows,
              seconds.toFixed(1),
              (rows / seconds).toFixed(0),
              ((rows * 1000) / ms).toFixed(0),
              total,
              byRoute['PUT contacts/:id'] ?? 0,
              updated,
              unchanged,
            ],
          ],
        },
        {
          title: 'memory of Redis (used_memory, MB) at the tenths of the run',
          head: ['seconds', 'rows settled', 'MB'],
          rows: tenths(course).map(({ at, settled, used }) => [at.toFixed(0), settled, used.toFixed(0)]),
        },
      ],
      goals: [
        {
          goal: 'every row in its outcome',
          measured: balanced ? 'all' : JSON.stringify(summary.outcomes),
          holds: balanced,
        },
        { goal: 'no write refused by Redis', measured: String(refused), holds: refused === 0 },
        {
          goal: `Redis never holds more than ${maxmemoryMb} MB`,
          measured: `${peak.toFixed(0)} MB`,
          holds: peak <= maxmemoryMb,
        },
        {
          goal: `the process stays under ${PROCESS_MB} MB`,
          measured: `${process.toFixed(0)} MB`,
          holds: process < PROCESS_MB,
        },
      ],
    };
  });
}

/** How far the run was after so many seconds, and what Redis held then in MB. */
interface Moment {
  at: number;
  settled: number;
  used: number;
}

async function momentOf(redis: Redis, world: World, at: number): Promise<Moment> {
  const [info, settled] = await Promise.all([
    redis.info('memory'),
    redis.hget(keysOf(world.url, 1).run(RUN), 'settled'),
  ]);
  const used = Number(/^used_memory:(\d+)/m.exec(info)?.[1] ?? 0) / MB;
  return { at, settled: Number(settled ?? 0), used };
}

/** At most ten of them, evenly over the run. */
function tenths(course: readonly Moment[]): Moment[] {
  const step = Math.max(1, Math.ceil(course.length / 10));
  return course.filter((_, i) => i % step === step - 1 || step === 1);
}
