import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { keysOf } from '../src/redis/keys.ts';
import { configure } from './hooks.ts';
import { said } from './said.ts';
import { differences, stormEvents } from './storm-events.ts';
import { type Sent, sendAll } from './storm-sender.ts';

export interface StormOptions {
  /** Different events; some are sent twice. */
  events: number;
  contacts: number;
  /** How often `serve` is killed with -9, and `work` as well. */
  kills: number;
  perSecond: number;
}

/** Where a storm takes place: a sandbox with seeded contacts in account 1, a Redis, and the program. */
export interface Ground {
  dir: string;
  url: string;
  token: string;
  redis: Redis;
  start(args: readonly string[]): ChildProcess;
}

/** How a storm went. */
export interface Course {
  sent: Sent;
  /** From the first delivery to the last answer, and from there until every event had its outcome; in milliseconds. */
  sendMs: number;
  settleMs: number;
  /** Deliveries that were recognised as sent before. */
  duplicates: number;
  /** The runs of the day, or of two when it passed midnight, with what Redis counted for them. */
  runs: { run: string; rows: number; settled: number }[];
  /** What the desk holds otherwise than the newest events say. */
  wrong: string[];
}

/** Look-ups and writes as fast as the sandbox answers: here nothing is to be spared. */
const WORK = ['work', '--rate', '10000000', '--concurrency', '4'];

/** A killed worker's jobs are free after 13 s; all the rest is quick. In milliseconds. */
const SETTLE_WITHIN_MS = 60_000;

/**
 * Sends the events while `serve --no-work` and `work` are killed in turn, evenly over the storm, and started again; then
 * waits until every event has its outcome.
 */
export async function storm(ground: Ground, options: StormOptions, random: () => number): Promise<Course> {
  const { dir, url, token, redis, start } = ground;
  configure(dir);
  const { deliveries, events, wanted } = stormEvents(options, Date.now(), random);
  const ready = async (child: ChildProcess, pattern: RegExp) => {
    const ended = once(child, 'exit').then(() => Promise.reject(new Error(`${child.spawnargs.at(2)} ended by itself`)));
    return [child, await Promise.race([said(child, pattern), ended])] as const;
  };
  const serve = (port: string) =>
    ready(start(['serve', '--no-work', '--port', port]), /listening on http:\/\/[^:]+:(\d+)/);
  const work = () => ready(start(WORK), /(working) on account/);

  let [serving, port] = await serve('0');
  let [working] = await work();
  let taken = 0;
  const from = performance.now();
  const sending = sendAll(`http://127.0.0.1:${port}/webhooks/app`, deliveries, options.perSecond, (n) => {
    taken = n;
  });
  const killing = (async () => {
    for (let kill = 1; kill <= 2 * options.kills; kill++) {
      while (taken < (deliveries.length * kill) / (2 * options.kills + 1)) await sleep(5);
      if (kill % 2 === 1) {
        serving.kill('SIGKILL');
        [serving, port] = await serve(port);
      } else {
        working.kill('SIGKILL');
        [working] = await work();
      }
    }
  })();
  const [sent] = await Promise.all([sending, killing]);
  const sendMs = performance.now() - from;
  const runs = await settled(redis, url, events);
  const settleMs = performance.now() - from - sendMs;
  for (const child of [serving, working]) {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  const { base } = keysOf(url, 1);
  const duplicates = Number((await redis.hget(`${base}:source:app`, 'duplicates')) ?? 0);
  return { sent, sendMs, settleMs, duplicates, runs, wrong: await differences(url, token, wanted) };
}

/** The runs of the storm once all rows have an outcome, or as they are when that takes too long. */
async function settled(redis: Redis, url: string, events: number): Promise<Course['runs']> {
  const keys = keysOf(url, 1);
  for (const until = performance.now() + SETTLE_WITHIN_MS; ; await sleep(50)) {
    const names = await redis.zrange(keys.runs, '0', '-1');
    const runs = await Promise.all(
      names.map(async (run) => {
        const [rows, done] = await redis.hmget(keys.run(run), 'rows', 'settled');
        return { run, rows: Number(rows ?? 0), settled: Number(done ?? 0) };
      }),
    );
    const ended = runs.reduce((sum, run) => sum + run.settled, 0);
    if (ended >= events || performance.now() > until) return runs;
  }
}
