import { Redis } from 'ioredis';
import { MemorySampler, milestones, over } from './memory.ts';
import type { Goal, Result, Table } from './result.ts';
import { endlessRows } from './rows.ts';
import { inWorld } from './world.ts';

export interface ScaleOptions {
  /** The largest size; the others are a tenth of the next each. */
  rows: number;
  /** Redis' own limit in MB (2^20 bytes). */
  maxmemoryMb: number;
  concurrency: number;
  /** Between two looks at the memory; default a second. */
  everyMs?: number;
  /** Contacts at most; a larger file goes through them again and again, so that what grows then grows with its rows alone. */
  contacts?: number;
}

/** What is measured of one size; memory in MB. */
interface Size {
  rows: number;
  seconds: number;
  /** Milliseconds a row: as they passed, and of CPU. */
  each: { wall: number; process: number; redis: number };
  /** Peaks: of the process and its Node children, of that the process itself, and of what Redis held (2^20 bytes). */
  peak: { node: number; process: number; redis: number };
  /** Writes that Redis refused for want of memory. */
  refused: number;
  /** Every row in the outcome it should have. */
  balanced: boolean;
  memory: MemorySampler;
}

const MB = 2 ** 20;
const PROCESS_MB = 250;
/** One contact in so many is another than its row. */
const EVERY = 100;
/** Larger sizes are compared with this one. */
const REFERENCE = 100_000;
const MOST_MORE = 1.25;
const CONTACTS = 100_000;
/** No size but the largest is smaller. */
const LEAST = 10_000;

/** Ever more rows of as many contacts through a Redis of one size: is a row as dear as before, and is anything lost? */
export async function scale({ rows, maxmemoryMb, ...how }: ScaleOptions): Promise<Result> {
  const sizes: Size[] = [];
  for (const size of sizesTo(rows)) sizes.push(await run(size, maxmemoryMb, how));
  const largest = sizes.at(-1)!;
  const reference = sizes.find((size) => size.rows >= REFERENCE) ?? sizes[0]!;
  return {
    setting: `Generated rows of as many contacts, of at most ${how.contacts ?? CONTACTS} (a larger file goes through them again and again: those rows are remembered, and cost no call), found by e-mail, three fields each, of which one in ${EVERY} differs; ${how.concurrency} in flight, at a desk that answers at once; each size with a new local Redis, a maxmemory of ${maxmemoryMb} MB and an append-only file. What grows with the contacts is in Redis: the version of each for a day (the benchmark \`remember\` measures it), and up to its bound what is remembered of them. With \`--log-level warn\`: every outcome is in the report, and not in the log as well.`,
    tables: [sizesTable(sizes), courseTable(largest)],
    goals: goals(sizes, largest, reference, maxmemoryMb),
  };
}

function sizesTo(rows: number): number[] {
  const sizes = [rows];
  while (sizes[0]! / 10 >= LEAST) sizes.unshift(Math.floor(sizes[0]! / 10));
  return sizes;
}

async function run(rows: number, maxmemoryMb: number, how: Omit<ScaleOptions, 'rows' | 'maxmemoryMb'>) {
  return inWorld({ every: EVERY }, 'ready', async (world): Promise<Size> => {
    const contacts = Math.min(rows, how.contacts ?? CONTACTS);
    const file = await endlessRows(world.dir, 'rows.csv', rows, contacts);
    const redis = new Redis({ path: world.redis!.socket });
    await redis.config('SET', 'maxmemory', String(maxmemoryMb * MB));
    let memory: MemorySampler | undefined;
    const { summary } = await world
      .sync(['--concurrency', String(how.concurrency), '--log-level', 'warn', file], ({ pid }) => {
        memory = new MemorySampler(pid!, world.redis!.socket, how.everyMs ?? 1000, world.redis!.pid);
      })
      .finally(() => memory?.stop());
    const info = await redis.info();
    redis.disconnect();
    const { cpu, peakOfProcess } = memory!;
    const { updated, unchanged, merged } = summary.outcomes;
    const changed = Math.floor(contacts / EVERY);
    return {
      rows,
      seconds: summary.duration_ms / 1000,
      each: {
        wall: summary.duration_ms / rows,
        process: (cpu.process * 1000) / rows,
        redis: (cpu.redis * 1000) / rows,
      },
      peak: {
        node: Math.max(memory!.peak('node'), peakOfProcess),
        process: peakOfProcess,
        redis: Number(/^used_memory_peak:(\d+)/m.exec(info)?.[1] ?? 0) / MB,
      },
      refused: Number(/^errorstat_OOM:count=(\d+)/m.exec(info)?.[1] ?? 0),
      // A row that comes again while the first one waits to be written goes with it.
      balanced: summary.rows === rows && updated === changed && updated + unchanged + merged === rows,
      memory: memory!,
    };
  });
}

function sizesTable(sizes: readonly Size[]): Table {
  return {
    title: 'each size; memory in MB at its peak',
    head: [
      'rows',
      'seconds',
      'ms a row',
      'CPU ms a row: sync',
      'Redis',
      'sync and its Node children',
      'of that, the sync process',
      'Redis, used_memory',
    ],
    rows: sizes.map(({ rows, seconds, each, peak }) => [
      rows,
      seconds.toFixed(1),
      ...[each.wall, each.process, each.redis].map((ms) => ms.toFixed(3)),
      ...[peak.node, peak.process, peak.redis].map((mb) => mb.toFixed(0)),
    ]),
  };
}

function courseTable({ rows, memory }: Size): Table {
  return {
    title: `memory in MB at the tenths of the run of ${rows} rows`,
    head: ['', ...milestones(memory.samples).map(({ at }) => `${at} s`)],
    rows: [
      ['sync and its Node children', ...over(memory.samples, 'node')],
      ['Redis, used_memory', ...over(memory.samples, 'redisUsed')],
    ],
  };
}

function goals(sizes: readonly Size[], largest: Size, reference: Size, maxmemoryMb: number): Goal[] {
  const lost = sizes.filter(({ balanced }) => !balanced).map(({ rows }) => rows);
  const refused = sizes.reduce((sum, size) => sum + size.refused, 0);
  const most = (part: keyof Size['peak']) => Math.max(...sizes.map(({ peak }) => peak[part]));
  const ratio = (text: string, value: number) => ({
    goal: `${text}: at most ${MOST_MORE} of that of ${reference.rows} rows`,
    measured: value.toFixed(2),
    holds: value <= MOST_MORE,
  });
  return [
    {
      goal: 'every row in its outcome',
      measured: lost.length === 0 ? 'all' : `not of ${lost.join(', ')} rows`,
      holds: lost.length === 0,
    },
    { goal: 'no write refused by Redis', measured: String(refused), holds: refused === 0 },
    ratio(`ms a row, ${largest.rows} rows`, largest.each.wall / reference.each.wall),
    ratio(`memory of the process, ${largest.rows} rows`, largest.peak.node / reference.peak.node),
    {
      goal: `the process stays under ${PROCESS_MB} MB`,
      measured: `${most('node').toFixed(0)} MB`,
      holds: most('node') < PROCESS_MB,
    },
    {
      goal: `Redis never holds more than ${maxmemoryMb} MB`,
      measured: `${most('redis').toFixed(0)} MB`,
      holds: most('redis') <= maxmemoryMb,
    },
  ];
}
