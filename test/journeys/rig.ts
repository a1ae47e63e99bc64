import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { TestContext } from 'node:test';
import type { OutcomeRecord } from '../../src/run/record.ts';
import type { Summary } from '../../src/run/summary.ts';
import type { SandboxOptions } from '../../src/sandbox/options.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { startSandbox } from '../../src/sandbox/server.ts';
import { startTestRedis, type TestRedis } from '../redis/server.ts';

/** The built program, as users run it. `npm test` builds it first; by hand: npm run build. */
const CLI = resolve(process.env.CONTACT_SYNC_DIST ?? 'dist', 'src/cli.js');

/** How a command of the real program ended. */
export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** A command under way. */
export interface Running {
  child: ChildProcess;
  pid: number;
  ended: Promise<Ended>;
  stdout: () => string;
  stderr: () => string;
}

/** A journey's own world: a sandbox, a real Redis, a working directory, and the real program in it. */
export interface Rig {
  dir: string;
  sandbox: Sandbox;
  redis: TestRedis | undefined;
  env: Record<string, string>;
  /** Writes a file into the working directory; returns its name. */
  file(name: string, content: string | Buffer): string;
  /** Runs a command to its end. */
  run(args: string[], options?: RunOptions): Promise<Ended>;
  /** Starts a command. It is killed when the test ends. */
  start(args: string[], options?: RunOptions): Running;
  /** Runs `sync --json` and reads its summary. */
  sync(args: string[], options?: RunOptions): Promise<Ended & { summary: Summary; outcomes: OutcomeRecord[] }>;
}

export interface RunOptions {
  env?: Record<string, string>;
  input?: string | Buffer;
}

export interface RigOptions {
  sandbox?: SandboxOptions;
  /** `embedded` lets the program start its own, an address is that of the test's own servers; the default is a private one. */
  redis?: 'embedded' | 'private' | 'appendonly' | { url: string };
  /** `on`: the guard rails are as users have them. Off by default: most journeys change all of an account's few contacts. */
  rails?: 'on' | 'off';
  /** `own`: commands are paced as users have them. */
  pace?: 'own' | 'fixed';
}

/** Commands that write rows, and stop when a guard rail is hit. */
const WRITING: readonly (string | undefined)[] = ['sync', 'enqueue'];
/** Commands that make calls; fixed unless a test is about the pace, since the sandbox has no agents to spare. */
const PACED: readonly (string | undefined)[] = [
  ...['sync', 'enqueue', 'plan', 'apply', 'undo', 'retry', 'verify', 'reconcile', 'work', 'serve'],
];
const WITHOUT_RAILS = ['--allow', 'changed,failed,column,shrunk'];

/** Builds the world of one test; everything in it ends with the test. */
export async function rig(t: TestContext, options: RigOptions = {}): Promise<Rig> {
  if (!existsSync(CLI)) throw new Error(`${CLI} is not there. Build the program first: npm run build`);
  const dir = mkdtempSync(join(tmpdir(), 'cs-journey-'));
  t.after(() => rm(dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }));
  const sandbox = await startSandbox({ token: 'T', contacts: 0, ...options.sandbox });
  t.after(() => sandbox.close());
  const kind = options.redis ?? 'private';
  const url = typeof kind === 'object' ? kind.url : undefined;
  const own = url === undefined && kind !== 'embedded';
  const redis = own ? await startTestRedis(t, { appendonly: kind === 'appendonly' }) : undefined;
  const env: Record<string, string> = {
    PATH: process.env.PATH ?? '',
    HOME: dir,
    NO_COLOR: '1',
    CHATWOOT_BASE_URL: sandbox.url,
    CHATWOOT_ACCOUNT_ID: String(sandbox.account),
    CHATWOOT_API_ACCESS_TOKEN: 'T',
    ...(redis === undefined && url === undefined ? {} : { REDIS_URL: redis?.url ?? url! }),
  };
  const children = new Set<ChildProcess>();
  t.after(async () => {
    for (const child of children) child.kill('SIGKILL');
    await Promise.all(
      [...children].map((child) => (child.exitCode === null && child.signalCode === null ? once(child, 'exit') : null)),
    );
  });

  const start: Rig['start'] = (args, { env: more = {}, input } = {}) => {
    const off = options.rails !== 'on' && WRITING.includes(args[0]) && !args.includes('--help');
    const own = options.pace === 'own' || args.includes('--pace') || args.includes('--help');
    const fixed = !own && PACED.includes(args[0]) ? ['--pace', 'fixed'] : [];
    const child = spawn(process.execPath, [CLI, ...args, ...fixed, ...(off ? WITHOUT_RAILS : [])], {
      cwd: dir,
      env: { ...env, ...more },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    children.add(child);
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    const ended = once(child, 'close').then(([code, signal]) => {
      children.delete(child);
      return { code, signal, stdout, stderr } as Ended;
    });
    return { child, pid: child.pid!, ended, stdout: () => stdout, stderr: () => stderr };
  };

  const run: Rig['run'] = (args, more) => start(args, more).ended;

  return {
    dir,
    sandbox,
    redis,
    env,
    file(name, content) {
      writeFileSync(join(dir, name), content);
      return name;
    },
    run,
    start,
    async sync(args, more) {
      const ended = await run(['sync', '--json', ...args], more);
      if (ended.stdout === '') throw new Error(`sync printed no document (exit ${ended.code}):\n${ended.stderr}`);
      const summary = JSON.parse(ended.stdout) as Summary;
      return { ...ended, summary, outcomes: outcomesIn(summary.report_dir) };
    },
  };
}

/** The lines of a report's outcomes.ndjson, in the order of the rows. */
export function outcomesIn(reportDir: string): OutcomeRecord[] {
  return readFileSync(join(reportDir, 'outcomes.ndjson'), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as OutcomeRecord)
    .sort((a, b) => a.row - b.row);
}

/** Waits until something holds, looking often; says what it waited for when it does not come about. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, withinMs = 20_000): Promise<void> {
  const end = Date.now() + withinMs;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`waited ${withinMs} ms in vain for: ${what}`);
    await new Promise((next) => setTimeout(next, 20));
  }
}
