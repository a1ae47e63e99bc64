import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { Memory } from '../src/memory/memory.ts';
import type { FieldValue, RecallableRow, Sighting } from '../src/memory/pack.ts';
import { versionOf } from '../src/queue/version.ts';
import { startEmbedded } from '../src/redis/embedded.ts';
import { keysOf } from '../src/redis/keys.ts';
import { Runs } from '../src/run/runs.ts';
import type { RunOptions } from '../src/run/state.ts';
import type { Result } from './result.ts';

const BYTES = 300;
/** CPU that a million rows may take of each of the two processes: unlike wall time it hardly says what else runs here. */
const CPU_SECONDS = 40;
const CHUNK = 2_000;
const REMEMBER_FOR_MS = 30 * 24 * 60 * 60 * 1000;

/** What one phase took: wall time and CPU of this process and of Redis in seconds, and memory of Redis in bytes. */
interface Phase {
  wall: number;
  node: number;
  redis: number;
  bytes: number;
}

/**
 * Learns contacts and then settles a row of each from memory, twice: bytes of Redis a contact, and rows a second.
 */
/** As a run is begun without any flag. */
const OPTIONS: RunOptions = {
  map: {},
  match: [],
  emptyCells: 'leave',
  limit: null,
  onMissing: 'report',
  trust: 'remembered',
  undo: true,
  dropConflicting: false,
  maxChanged: 100,
  maxFailed: 100,
  allow: [],
};

export async function remember({ rows }: { rows: number }): Promise<Result> {
  const dir = mkdtempSync(path.join(tmpdir(), 'cs-bench-'));
  const server = await startEmbedded({ dataDir: dir });
  const redis = new Redis({ path: server.socket });
  try {
    const keys = keysOf('http://desk.test', 1);
    const memory = new Memory(redis, keys, { rememberForMs: REMEMBER_FOR_MS });
    const runs = new Runs(redis, keys);
    const learnt = await phase(redis, () => inChunks(rows, (chunk) => memory.learn(chunk.map(sightingOf))));
    const recall = async (run: string): Promise<Phase> => {
      const { startedAt } = await runs.create(run, 'sync', OPTIONS, []);
      let settled = 0;
      const recalled = await phase(redis, () =>
        inChunks(rows, async (chunk, from) => {
          const answers = await memory.recall(chunk.map((id, i) => rowOf(run, id, from + i, startedAt)));
          settled += answers.filter(({ type }) => type === 'settled').length;
          // As the report does while a run is under way.
          await redis.ltrim(`${keys.run(run)}:log`, 1, 0);
        }),
      );
      if (settled !== rows || (await runs.countDone(run)) !== rows)
        throw new Error(`${settled} of ${rows} rows settled`);
      return recalled;
    };
    const recalled = await recall('r1');
    const again = await recall('r2');
    const bytes = (learnt.bytes + recalled.bytes) / rows;
    const cpu = (1e6 / rows) * Math.max(...[recalled, again].flatMap(({ node, redis }) => [node, redis]));
    return {
      setting: `${rows} contacts with two keys and six fields each; then two runs with one row of each, found by e-mail, with the same values. No call is made.`,
      tables: [
        {
          title: 'time',
          head: ['', 'contacts', 'seconds', 'contacts/s', 'CPU µs a contact: this process', 'Redis'],
          rows: [
            timeOf('learn', rows, learnt),
            timeOf('recall', rows, recalled),
            timeOf('recall, the next run', rows, again),
          ],
        },
        {
          title: 'bytes of Redis a contact (used_memory)',
          head: ['keys, id and fields', 'versions written or found there', 'together'],
          rows: [[(learnt.bytes / rows).toFixed(0), (recalled.bytes / rows).toFixed(0), bytes.toFixed(0)]],
        },
      ],
      goals: [
        { goal: `at most ${BYTES} bytes a contact`, measured: bytes.toFixed(0), holds: bytes <= BYTES },
        {
          goal: `a million rows that did not change take neither process more than ${CPU_SECONDS} s of CPU`,
          measured: `${cpu.toFixed(1)} s`,
          holds: cpu <= CPU_SECONDS,
        },
      ],
    };
  } finally {
    redis.disconnect();
    await server.leave();
    await rm(dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

async function phase(redis: Redis, work: () => Promise<void>): Promise<Phase> {
  const before = { at: performance.now(), cpu: process.cpuUsage(), ...(await usageOf(redis)) };
  await work();
  const wall = (performance.now() - before.at) / 1000;
  const cpu = process.cpuUsage(before.cpu);
  const after = await usageOf(redis);
  return {
    wall,
    node: (cpu.user + cpu.system) / 1e6,
    redis: after.redis - before.redis,
    bytes: after.bytes - before.bytes,
  };
}

async function usageOf(redis: Redis): Promise<{ redis: number; bytes: number }> {
  const info = await redis.info();
  const number = (key: string) => Number(new RegExp(`^${key}:([\\d.]+)`, 'm').exec(info)?.[1] ?? 0);
  return { redis: number('used_cpu_user') + number('used_cpu_sys'), bytes: number('used_memory') };
}

function timeOf(name: string, rows: number, { wall, node, redis }: Phase): string[] {
  const each = (seconds: number) => ((seconds * 1e6) / rows).toFixed(1);
  return [name, String(rows), wall.toFixed(1), (rows / wall).toFixed(0), each(node), each(redis)];
}

/** The ids 1 to `rows` in an order of their own, the same in every run: no source has its rows in the order of the desk. */
async function inChunks(rows: number, work: (ids: number[], from: number) => Promise<unknown>): Promise<void> {
  let step = Math.floor(rows * 0.618);
  while (divisor(step, rows) !== 1) step += 1;
  for (let from = 0; from < rows; from += CHUNK) {
    const size = Math.min(CHUNK, rows - from);
    await work(
      Array.from({ length: size }, (_, i) => (((from + i) * step) % rows) + 1),
      from,
    );
  }
}

/** The greatest common one. */
function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}

function sightingOf(id: number): Sighting {
  const keys = { email: emailOf(id), phone_number: `+4930${id}` };
  return { contact: String(id), keys, atMs: Number.POSITIVE_INFINITY, fields: fieldsOf(id) };
}

function rowOf(run: string, id: number, row: number, startedAt: number): RecallableRow {
  const place = { run, row, file: 0, line: row + 2, version: versionOf(startedAt, row) };
  return { ...place, key: ['email', emailOf(id)], fields: fieldsOf(id), trustedSince: 0 };
}

function emailOf(id: number): string {
  return `person.${id}@crm.test`;
}

function fieldsOf(id: number): FieldValue[] {
  return [
    ['name', `"Person Number ${id}"`],
    ['custom_attributes.plan', id % 3 === 0 ? '"pro"' : '"free"'],
    ['custom_attributes.crm_id', `"CRM-${id}"`],
    ['custom_attributes.seats', String(id % 100)],
    ['custom_attributes.renewal', `"2027-${String((id % 12) + 1).padStart(2, '0')}-01"`],
    ['additional_attributes.city', '"Berlin"'],
  ];
}
