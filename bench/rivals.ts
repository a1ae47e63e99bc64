import { type ExecFileOptions, execFile } from 'node:child_process';
import { createReadStream, existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'csv-parse';
import { Redis } from 'ioredis';
import type { Summary } from '../src/run/summary.ts';
import { cpuOf } from './memory.ts';
import { n8nTask } from './n8n.ts';
// @ts-expect-error plain JavaScript, shared with processes that start without a compiler
import { bodyOf } from './peers/body.mjs';
import { MEANT, TOKEN, type World } from './world.ts';

/** One run of one way. */
export interface Speed {
  /** Rows a second from opening the file to the last outcome, and of the whole process. */
  inside: number;
  whole: number;
  /** CPU milliseconds a row of its processes (NaN when it cannot be told), and of Redis. */
  cpuMs: number;
  redisMs: number;
  /** Rows that never arrived. */
  lost?: number;
}

interface Task {
  world: World;
  file: string;
  rows: number;
  concurrency: number;
  /** Arguments for Node. */
  node?: readonly string[];
}

/** A way of writing the rows of a file. */
export interface Rival {
  name: string;
  /** What part of the rows it gets, so that a slow one does not take the evening. */
  part(latencyMs: number): number;
  isThere(): boolean;
  mayLose?: true;
  run(task: Task): Promise<Speed>;
}

export const LOOP = 'csv-parse, p-limit, got';
export const QUEUE = 'bare BullMQ and got';
export const SYNC = 'sync';
export const BOTH = 'sync and work, a process for each core';

const whole = () => 1;
const always = () => true;

/** A call takes about so many milliseconds without latency: one after the other there are few a second. */
const CALL_MS = 1;

export const RIVALS: readonly Rival[] = [
  {
    name: 'fetch, one after the other',
    part: (latencyMs) => Math.max(0.01, 0.2 / (latencyMs + CALL_MS)),
    isThere: always,
    run: (task) => peer('one-by-one.mjs', task, []),
  },
  {
    name: 'xargs -P 50 curl',
    part: () => 0.05,
    isThere: () => onPath('xargs') && onPath('curl'),
    run: curl,
  },
  {
    name: LOOP,
    part: whole,
    isThere: always,
    run: (task) => peer('got.mjs', task, [String(task.concurrency)]),
  },
  {
    name: 'csv-parse, p-limit, undici',
    part: whole,
    isThere: always,
    run: (task) => peer('undici.mjs', task, [String(task.concurrency)]),
  },
  {
    name: QUEUE,
    part: whole,
    isThere: always,
    run: (task) => peer('bare-queue.mjs', task, [String(task.concurrency), task.world.redis!.socket]),
  },
  {
    // Never a dependency: it is asked to take part where it happens to be installed.
    name: 'n8n, batches of 50',
    part: () => 0.1,
    isThere: () => onPath('n8n'),
    mayLose: true,
    run: n8n,
  },
  { name: SYNC, part: whole, isThere: always, run: (task) => ours(task, 1) },
  { name: BOTH, part: whole, isThere: always, run: (task) => ours(task, 2) },
];

function onPath(program: string): boolean {
  return (process.env.PATH ?? '').split(path.delimiter).some((dir) => existsSync(path.join(dir, program)));
}

/** Our own, in one process or in two that share the calls in flight. */
async function ours({ world, file, rows, concurrency, node }: Task, processes: 1 | 2): Promise<Speed> {
  const share = ['--concurrency', String(Math.ceil(concurrency / processes))];
  const pace = ['--pace', 'fixed', '--rate', '10000000/min'];
  const redisBefore = await redisCpuMs(world);
  const second = processes === 2 ? world.start(['work', '--quiet', ...pace, ...share]) : undefined;
  const command = world.start(['sync', '--json', '--quiet', '--no-undo', ...pace, ...share, ...MEANT, file], node);
  const children = [command.child, ...(second === undefined ? [] : [second.child])];
  const cpu = children.map(() => 0);
  const timer = setInterval(() => {
    for (const [i, { pid, exitCode }] of children.entries()) if (exitCode === null) cpu[i] = cpuNow(pid!, cpu[i]!);
  }, 50);
  try {
    const { stdout, ms } = await command.ended;
    const summary = JSON.parse(stdout) as Summary;
    if (summary.outcomes.updated !== rows) throw new Error(`not all rows were updated: ${stdout}`);
    const redisMs = ((await redisCpuMs(world)) - redisBefore) / rows;
    const cpuMs = (cpu.reduce((sum, seconds) => sum + seconds, 0) * 1000) / rows;
    return { inside: (rows * 1000) / summary.duration_ms, whole: (rows * 1000) / ms, cpuMs, redisMs };
  } finally {
    clearInterval(timer);
    second?.child.kill('SIGTERM');
    await second?.ended;
  }
}

/** One that ended between two looks took what it took at the last one. */
function cpuNow(pid: number, before: number): number {
  try {
    return cpuOf(pid);
  } catch {
    return before;
  }
}

async function redisCpuMs({ redis }: World): Promise<number> {
  const client = new Redis({ path: redis!.socket });
  const info = await client.info('cpu');
  client.disconnect();
  const seconds = (name: string) => Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(info)?.[1] ?? 0);
  return (seconds('used_cpu_user') + seconds('used_cpu_sys')) * 1000;
}

async function peer(script: string, { world, file, rows, node = [] }: Task, args: readonly string[]): Promise<Speed> {
  const redisBefore = await redisCpuMs(world);
  const from = performance.now();
  const command = [...node, path.join(import.meta.dirname, 'peers', script), file, world.url, TOKEN, ...args];
  const stdout = await output(process.execPath, command);
  const ms = performance.now() - from;
  const said = JSON.parse(stdout) as { rows: number; ms: number; cpu_ms: number };
  if (said.rows !== rows) throw new Error(`${script} read ${said.rows} of ${rows} rows`);
  const redisMs = args.length > 1 ? ((await redisCpuMs(world)) - redisBefore) / rows : 0;
  return { inside: (rows * 1000) / said.ms, whole: (rows * 1000) / ms, cpuMs: said.cpu_ms / rows, redisMs };
}

/** A curl for each row, fifty at a time. Its arguments are made beforehand, for no shell takes a CSV file apart rightly. */
async function curl({ world, file, rows, concurrency }: Task): Promise<Speed> {
  const given = `${file}.args`;
  let args = '';
  for await (const row of createReadStream(file).pipe(parse({ columns: true }))) {
    args += `${JSON.stringify(bodyOf(row))}\0${world.url}/api/v1/accounts/1/contacts/${row.id}\0`;
  }
  const handle = await open(given, 'w');
  await handle.writeFile(args);
  await handle.close();
  const headers = ['-H', `api-access-token: ${TOKEN}`, '-H', 'content-type: application/json'];
  const call = ['curl', '-sS', '--fail', '-o', '/dev/null', '-X', 'PUT', ...headers, '--data'];
  const from = performance.now();
  await output('xargs', ['-0', '-n', '2', '-P', String(concurrency), '-a', given, ...call]);
  const speed = (rows * 1000) / (performance.now() - from);
  return { inside: speed, whole: speed, cpuMs: Number.NaN, redisMs: 0 };
}

/** The whole process with its start, for it does not say when its first row went. */
async function n8n({ world, file, rows }: Task): Promise<Speed> {
  const { load, run, env } = n8nTask(`${file}.n8n`, file, world.url, TOKEN);
  await output('n8n', load, { env });
  const from = performance.now();
  await output('n8n', run, { env }).catch(() => undefined);
  const speed = (rows * 1000) / (performance.now() - from);
  return { inside: speed, whole: speed, cpuMs: Number.NaN, redisMs: 0 };
}

function output(file: string, args: readonly string[], options: ExecFileOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(file, args, { maxBuffer: 2 ** 28, encoding: 'utf8', ...options }, (error, stdout) => {
      if (error) reject(error);
      else resolve(String(stdout));
    });
  });
}
