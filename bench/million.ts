import { MemorySampler, milestones, over } from './memory.ts';
import type { Result } from './result.ts';
import { changedRows } from './rows.ts';
import { inWorld } from './world.ts';

export interface MillionOptions {
  rows: number;
  concurrency: number;
  /** Between two samples; default a second. */
  everyMs?: number;
}

const PROCESS_MB = 250;
const REDIS_MB = 300;

/** Many rows against a desk that answers at once: does memory stay bounded? */
export async function million({ rows, concurrency, everyMs = 1000 }: MillionOptions): Promise<Result> {
  return inWorld({ contacts: rows }, 'by-command', async (world) => {
    const file = await changedRows(world.dir, 'rows.csv', rows);
    let sampler: MemorySampler | undefined;
    const { summary, ms } = await world
      .sync(['--no-undo', '--concurrency', String(concurrency), file], (child) => {
        sampler = new MemorySampler(child.pid!, `${world.dir}/data/redis/redis.sock`, everyMs);
      })
      .finally(() => sampler?.stop());
    const { total, byRoute } = await world.counts();
    if (summary.outcomes.updated !== rows || byRoute['PUT contacts/:id'] !== rows)
      throw new Error(`${byRoute['PUT contacts/:id']} PUTs of ${total} calls: ${JSON.stringify(summary)}`);
    const memory = sampler!;
    const node = Math.max(memory.peak('node'), memory.peakOfProcess);
    const redis = Math.max(memory.peak('redisRss'), memory.redisPeak);
    return {
      setting: `${rows} changed rows by id, six fields each, ${concurrency} in flight, no latency, --no-undo, with the local Redis that \`sync\` starts itself.`,
      tables: [
        {
          title: 'the run',
          head: ['rows', 'seconds', 'rows/s', 'rows/s, whole process', 'CPU ms a row: sync', 'Redis'],
          rows: [
            [
              rows,
              (summary.duration_ms / 1000).toFixed(1),
              ((rows * 1000) / summary.duration_ms).toFixed(0),
              ((rows * 1000) / ms).toFixed(0),
              ((memory.cpu.process * 1000) / rows).toFixed(2),
              ((memory.cpu.redis * 1000) / rows).toFixed(2),
            ],
          ],
        },
        {
          title: 'memory in MB, and at the tenths of the run',
          head: ['', 'peak', ...milestones(memory.samples).map(({ at }) => `${at} s`)],
          rows: [
            ['sync and its Node children', node.toFixed(0), ...over(memory.samples, 'node')],
            ['of that, the sync process itself', memory.peakOfProcess.toFixed(0)],
            ['Redis, used_memory', memory.redisPeak.toFixed(0), ...over(memory.samples, 'redisUsed')],
            ['Redis, process', memory.peak('redisRss').toFixed(0), ...over(memory.samples, 'redisRss')],
          ].map((cells) => [...cells, ...Array<string>(milestones(memory.samples).length + 2 - cells.length).fill('')]),
        },
      ],
      goals: [
        {
          goal: `the process stays under ${PROCESS_MB} MB`,
          measured: `${node.toFixed(0)} MB`,
          holds: node < PROCESS_MB,
        },
        { goal: `Redis stays under ${REDIS_MB} MB`, measured: `${redis.toFixed(0)} MB`, holds: redis < REDIS_MB },
      ],
    };
  });
}
