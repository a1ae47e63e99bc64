import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startEmbedded } from '../src/redis/embedded.ts';
import type { Summary } from '../src/run/summary.ts';
import type { SandboxOptions } from '../src/sandbox/options.ts';
import type { DeskCounts, DeskWrite } from './desk.ts';
import type { EndlessDesk } from './endless-desk.ts';

/** The built program, as users run it. */
const CLI = () => path.resolve(process.env.CONTACT_SYNC_DIST ?? 'dist', 'src/cli.js');

/** Rows that change every contact alike are what the guard rails are there to stop. */
export const MEANT = ['--allow', 'changed,column'];

export const TOKEN = 'T';

/** A command under way. */
export interface Command {
  child: ChildProcess;
  /** Resolves at its end with what it printed and its wall time in ms; rejects when it failed. */
  ended: Promise<{ stdout: string; ms: number }>;
}

/** The sandbox, or a desk without end of which one contact in so many differs from its row (endless-desk.ts). */
export type DeskOptions = SandboxOptions | EndlessDesk;

/** The surroundings of one benchmark: a working directory, a sandbox process, and the program with its local Redis. */
export interface World {
  dir: string;
  url: string;
  /** The local server that was started beforehand. */
  redis: { readonly socket: string; readonly pid: number } | undefined;
  /** Starts `contact-sync` with these arguments; `own` and BENCH_NODE_ARGS go to Node, for example `--cpu-prof`. */
  start(args: readonly string[], own?: readonly string[]): Command;
  /** Runs `sync --json` at full speed and reads its summary; `started` sees the process. */
  sync(args: readonly string[], started?: (child: ChildProcess) => void): Promise<{ summary: Summary; ms: number }>;
  counts(): Promise<DeskCounts>;
  /** The sandbox as at its start: seeded contacts, no counts. */
  reset(): Promise<void>;
  /** The writes that arrived at the sandbox, in their order; it keeps them with `keepLog: true`. */
  writes(): Promise<DeskWrite[]>;
  /** How many contacts have a name that does not end so. */
  namedOtherwise(ending: string): Promise<number>;
  close(): Promise<void>;
}

type RedisOf = 'ready' | 'by-command' | { url: string };

/**
 * Builds the surroundings. `redis`: `ready` starts the program's own local server (append-only, synced every second)
 * beforehand and keeps it for all commands; `by-command` leaves that to the command, as for a user; an address is that of
 * somebody else's.
 */
export async function world(desk: DeskOptions, redis: RedisOf): Promise<World> {
  if (!existsSync(CLI())) throw new Error(`${CLI()} is not there. Build the program first: npm run build`);
  const dir = mkdtempSync(path.join(tmpdir(), 'cs-bench-'));
  const dataDir = path.join(dir, 'data');
  const tsx = { execArgv: ['--import', 'tsx'] };
  const deskProcess =
    'every' in desk
      ? fork(path.join(import.meta.dirname, 'endless-desk.ts'), [JSON.stringify(desk)], tsx)
      : fork(
          path.join(import.meta.dirname, 'desk.ts'),
          [JSON.stringify({ token: TOKEN, keepLog: false, ...desk })],
          tsx,
        );
  const [{ url }] = (await once(deskProcess, 'message')) as [{ url: string }];
  const server = redis === 'ready' ? await startEmbedded({ dataDir }) : undefined;
  const children = new Set<ChildProcess>();
  const nodeArgs = process.env.BENCH_NODE_ARGS?.split(' ') ?? [];
  const env: Record<string, string> = {
    PATH: process.env.PATH ?? '',
    HOME: dir,
    NO_COLOR: '1',
    CHATWOOT_BASE_URL: url,
    CHATWOOT_ACCOUNT_ID: '1',
    CHATWOOT_API_ACCESS_TOKEN: TOKEN,
    CONTACT_SYNC_DATA_DIR: dataDir,
    ...(typeof redis === 'object' ? { REDIS_URL: redis.url } : {}),
  };

  const start: World['start'] = (args, own = []) => {
    const from = performance.now();
    const child = spawn(process.execPath, [...nodeArgs, ...own, CLI(), ...args], {
      cwd: dir,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.add(child);
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    // Hours of progress lines are of no use here; the last ones say why it failed.
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-4000);
    });
    const ended = once(child, 'close').then(([code]) => {
      children.delete(child);
      if (code !== 0 && code !== 143) throw new Error(`contact-sync ${args[0]} ended with ${code}:\n${stderr}`);
      return { stdout, ms: performance.now() - from };
    });
    return { child, ended };
  };

  return {
    dir,
    url,
    redis: server,
    start,
    async sync(args, started) {
      const command = start([
        'sync',
        '--json',
        '--quiet',
        '--pace',
        'fixed',
        '--rate',
        '10000000/min',
        ...MEANT,
        ...args,
      ]);
      started?.(command.child);
      const { stdout, ms } = await command.ended;
      return { summary: JSON.parse(stdout) as Summary, ms };
    },
    async counts() {
      deskProcess.send('counts');
      const [counts] = (await once(deskProcess, 'message')) as [DeskCounts];
      return counts;
    },
    async reset() {
      deskProcess.send('reset');
      await once(deskProcess, 'message');
    },
    async writes() {
      deskProcess.send('writes');
      const [writes] = (await once(deskProcess, 'message')) as [DeskWrite[]];
      return writes;
    },
    async namedOtherwise(ending) {
      deskProcess.send({ ending });
      const [number] = (await once(deskProcess, 'message')) as [number];
      return number;
    },
    async close() {
      for (const child of children) child.kill('SIGKILL');
      await server?.leave();
      deskProcess.disconnect();
      await once(deskProcess, 'exit');
      await rm(dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}

/** Builds the surroundings, works in them and clears them away, whatever happens. */
export async function inWorld<T>(desk: DeskOptions, redis: RedisOf, work: (world: World) => Promise<T>): Promise<T> {
  const surroundings = await world(desk, redis);
  try {
    return await work(surroundings);
  } finally {
    await surroundings.close();
  }
}
