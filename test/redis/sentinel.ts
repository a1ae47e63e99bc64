import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { findServer } from '../../src/redis/find.ts';
import { freePort, startTestRedis, type TestRedis } from './server.ts';

/** A primary that is away for longer is replaced, in milliseconds. */
const DOWN_AFTER_MS = 1000;

/** A private primary with a replica, watched by three sentinels. */
export interface TestSentinels {
  /** For REDIS_URL. */
  readonly url: string;
  /** Primary at the beginning. */
  readonly first: TestRedis;
  /** Replica at the beginning. */
  readonly second: TestRedis;
  /** The one that the sentinels say is the primary now. */
  primary(): Promise<TestRedis>;
  /** A failover on demand, while both live. */
  failover(): Promise<void>;
}

const MASTER = 'desk';

/** Starts them and waits until each sentinel knows the replica and the other two. Everything ends with the test. */
export async function startTestSentinels(t: TestContext): Promise<TestSentinels> {
  const quick = ['--repl-diskless-sync-delay', '0'];
  const first = await startTestRedis(t, { appendonly: true, tcp: true, args: quick });
  const port = new URL(first.url).port;
  const second = await startTestRedis(t, {
    appendonly: true,
    tcp: true,
    args: [...quick, '--replicaof', `127.0.0.1 ${port}`],
  });
  const { path: binary } = await findServer();
  const sentinels: { port: number; client: Redis; log: string }[] = [];
  for (let i = 0; i < 3; i++) {
    const sentinel = await freePort();
    const [file, log] = [join(first.dir, `sentinel${i}.conf`), join(first.dir, `sentinel${i}.log`)];
    const lines = [
      `port ${sentinel}`,
      'bind 127.0.0.1',
      `dir ${first.dir}`,
      `logfile ${log}`,
      `sentinel monitor ${MASTER} 127.0.0.1 ${port} 2`,
      `sentinel down-after-milliseconds ${MASTER} ${DOWN_AFTER_MS}`,
      `sentinel failover-timeout ${MASTER} 5000`,
    ];
    writeFileSync(file, `${lines.join('\n')}\n`);
    const child = spawn(binary, [file, '--sentinel'], { stdio: 'ignore' });
    const client = new Redis({
      port: sentinel,
      host: '127.0.0.1',
      maxRetriesPerRequest: null,
      retryStrategy: () => 50,
    });
    client.on('error', () => {});
    t.after(() => end(child, client));
    process.once('exit', () => child.kill('SIGKILL'));
    sentinels.push({ port: sentinel, client, log });
  }
  const knows = async ({ client }: (typeof sentinels)[number]): Promise<boolean> => {
    const info = await client.info('sentinel');
    return /slaves=1,sentinels=3/.test(info);
  };
  const deadline = Date.now() + 20_000;
  while (!(await Promise.all(sentinels.map(knows))).every(Boolean)) {
    if (Date.now() > deadline) throw new Error(readFileSync(sentinels[0]!.log, 'utf8').slice(-2000));
    await sleep(50);
  }
  const one = sentinels[0]!.client;
  return {
    url: `redis+sentinel://${sentinels.map((each) => `127.0.0.1:${each.port}`).join(',')}/${MASTER}`,
    first,
    second,
    async primary() {
      const [, at] = (await one.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', MASTER)) as [string, string];
      return at === port ? first : second;
    },
    async failover() {
      await one.call('SENTINEL', 'FAILOVER', MASTER);
    },
  };
}

async function end(child: ChildProcess, client: Redis): Promise<void> {
  client.disconnect();
  child.kill('SIGKILL');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}
