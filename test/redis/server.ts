import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { findServer } from '../../src/redis/find.ts';
import { talkTo } from '../../src/redis/talk.ts';

/** A private Redis of one test. */
export interface TestRedis {
  /** For REDIS_URL: `unix:///...`, or `redis://127.0.0.1:port` with `tcp`. */
  readonly url: string;
  readonly socket: string;
  /** Its working directory, where its append-only file is. */
  readonly dir: string;
  /** Of the process running now; it changes with `restart`. */
  readonly pid: number;
  /** A client of its own, closed by `stop`. */
  client(): Redis;
  /** Ends it as `kill -9` does. Its data directory stays for `restart`. */
  kill9(): Promise<void>;
  /** Starts it again on the same address and data, ending it properly first if it still runs. */
  restart(): Promise<void>;
  /** Ends it and removes its files and clients. Can be called again. */
  stop(): Promise<void>;
}

/** What kind of server a test needs. */
export interface TestRedisOptions {
  /** Keeps its data over `kill9` and `restart`. */
  appendonly?: boolean;
  /** Listens on a free port of 127.0.0.1 as well, and `url` names that. */
  tcp?: boolean;
  /** More settings, as on the command line: `['--maxmemory-policy', 'allkeys-lru']`. */
  args?: readonly string[];
}

/** Ended by a signal, as the runner does with a test that takes too long, a process would skip its exit handlers. */
export function exitOnSignals(): void {
  if (exitsOnSignals) return;
  exitsOnSignals = true;
  process.once('SIGTERM', () => process.exit(143));
  process.once('SIGINT', () => process.exit(130));
}
let exitsOnSignals = false;

/** A port of 127.0.0.1 that nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}

/** Whether it is up with its data read back; one with a password is, though it refuses to talk. */
async function answers(socket: string): Promise<boolean> {
  const talk = await talkTo(socket);
  const reply = await talk?.ask('PING').catch((error: Error) => error.message);
  talk?.close();
  return reply !== undefined && /^(PONG|NOAUTH)/.test(reply);
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

/** Removes a directory in which a background save, which outlives its server by a moment, may still be writing. */
function remove(dir: string): Promise<void> {
  return rm(dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
}

/**
 * Starts a private server and waits until it answers. With a test context it is stopped when that test ends; without,
 * call `stop()` in an `after` hook. Ends with the test process in any case but `kill -9`.
 */
export async function startTestRedis(t?: TestContext, options: TestRedisOptions = {}): Promise<TestRedis> {
  const { path: binary } = await findServer();
  const dir = mkdtempSync(join(tmpdir(), 'cs-redis-'));
  const socket = join(dir, 'r.sock');
  const log = join(dir, 'r.log');
  const clients = new Set<Redis>();
  let port = options.tcp ? await freePort() : 0;
  let child: ChildProcess;

  const launch = async (): Promise<void> => {
    const settings = ['--port', String(port), '--bind', '127.0.0.1', '--unixsocket', socket, '--dir', dir];
    const durable = ['--save', '', '--appendonly', options.appendonly ? 'yes' : 'no', '--logfile', log];
    child = spawn(binary, [...settings, ...durable, ...(options.args ?? [])], { stdio: 'ignore' });
    const deadline = Date.now() + 10_000;
    while (!(await answers(socket))) {
      if (child.exitCode !== null || Date.now() > deadline) {
        throw new Error(`the test Redis did not start: ${readFileSync(log, 'utf8').slice(-1000)}`);
      }
      await sleep(10);
    }
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    await ended(child);
  };
  const endNow = (): void => {
    child.kill('SIGKILL');
    rmSync(dir, { recursive: true, force: true });
  };

  for (let attempt = 1; ; attempt += 1) {
    try {
      await launch();
      break;
    } catch (error) {
      // Another test may have taken the port between the look and the start.
      if (!options.tcp || attempt === 3) {
        endNow();
        throw error;
      }
      port = await freePort();
    }
  }
  process.once('exit', endNow);
  exitOnSignals();
  const redis: TestRedis = {
    url: options.tcp ? `redis://127.0.0.1:${port}` : `unix://${socket}`,
    socket,
    dir,
    get pid() {
      return child.pid!;
    },
    client() {
      const client = new Redis({ path: socket, maxRetriesPerRequest: null, retryStrategy: () => 100 });
      client.on('error', () => {});
      clients.add(client);
      return client;
    },
    kill9: () => end('SIGKILL'),
    async restart() {
      await end('SIGTERM');
      await launch();
    },
    async stop() {
      for (const client of clients) client.disconnect();
      clients.clear();
      await end('SIGKILL');
      process.off('exit', endNow);
      await remove(dir);
    },
  };
  t?.after(() => redis.stop());
  return redis;
}

/** Runs `work` with a private server that is gone afterwards. */
export async function withRedis<T>(work: (redis: TestRedis) => Promise<T>, options?: TestRedisOptions): Promise<T> {
  const redis = await startTestRedis(undefined, options);
  try {
    return await work(redis);
  } finally {
    await redis.stop();
  }
}
