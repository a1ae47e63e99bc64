import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { findServer } from '../../src/redis/find.ts';
import { slotOf } from '../../src/redis/slot.ts';
import { exitOnSignals, freePort } from './server.ts';

/** A node that is away for longer is replaced, in milliseconds. */
const NODE_TIMEOUT_MS = 1000;

/** One server of a cluster. */
export interface TestNode {
  readonly port: number;
  /** A client of this node alone. */
  readonly client: Redis;
  /** Ends it as `kill -9` does. Its data directory stays for `restart`. */
  kill9(): Promise<void>;
  /** Stops it where it stands, or lets it go on. */
  signal(name: 'SIGSTOP' | 'SIGCONT'): void;
  /** Starts it again on the same port and data. */
  restart(): Promise<void>;
}

/** A private cluster of three primaries. */
export interface TestCluster {
  /** For REDIS_URL: two of its nodes. */
  readonly url: string;
  readonly nodes: readonly TestNode[];
  /** The primary that has the keys of a tag now, as the nodes that live see it. */
  homeOf(tag: string): Promise<TestNode>;
  /** Ends it and removes its files. Can be called again. */
  stop(): Promise<void>;
}

/** What kind of cluster a test needs. */
export interface TestClusterOptions {
  /** A replica for each primary; true unless said otherwise. */
  replicas?: boolean;
  /** Another server than the one the program would start. */
  binary?: string;
}

async function listens(port: number): Promise<boolean> {
  const socket = createConnection({ port, host: '127.0.0.1' });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** A free port whose cluster bus, 10,000 above it, is free as well. */
async function clusterPort(): Promise<number> {
  for (;;) {
    const port = await freePort();
    if (port < 55_000 && !(await listens(port + 10_000))) return port;
  }
}

async function startNode(binary: string, dir: string): Promise<TestNode & { endNow(): void }> {
  mkdirSync(dir);
  const port = await clusterPort();
  const log = join(dir, 'r.log');
  const settings = ['--port', String(port), '--bind', '127.0.0.1', '--dir', dir, '--logfile', log];
  const cluster = ['--cluster-enabled', 'yes', '--cluster-node-timeout', String(NODE_TIMEOUT_MS)];
  const quick = [
    '--save',
    '',
    '--appendonly',
    'yes',
    '--repl-diskless-sync-delay',
    '0',
    '--cluster-announce-ip',
    '127.0.0.1',
  ];
  let child: ChildProcess;
  const launch = async (): Promise<void> => {
    child = spawn(binary, [...settings, ...cluster, ...quick], { stdio: 'ignore' });
    const deadline = Date.now() + 10_000;
    while (!(await listens(port))) {
      if (child.exitCode !== null || Date.now() > deadline)
        throw new Error(`a node did not start: ${readFileSync(log, 'utf8').slice(-1000)}`);
      await sleep(10);
    }
  };
  await launch();
  const client = new Redis({ port, host: '127.0.0.1', maxRetriesPerRequest: 0, retryStrategy: () => 100 });
  client.on('error', () => {});
  return {
    port,
    client,
    async kill9() {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
    signal: (name) => void child.kill(name),
    restart: launch,
    endNow: () => void child.kill('SIGKILL'),
  };
}

/** Starts a cluster and waits until all of its nodes say that it is well. With a test context it ends with the test. */
export async function startTestCluster(t?: TestContext, options: TestClusterOptions = {}): Promise<TestCluster> {
  const binary = options.binary ?? (await findServer()).path;
  const dir = mkdtempSync(join(tmpdir(), 'cs-cluster-'));
  const nodes: (TestNode & { endNow(): void })[] = [];
  const endNow = (): void => {
    for (const node of nodes) node.endNow();
    rmSync(dir, { recursive: true, force: true });
  };
  process.once('exit', endNow);
  exitOnSignals();
  const stop = async (): Promise<void> => {
    for (const { client } of nodes) client.disconnect();
    await Promise.all(nodes.map((node) => node.kill9()));
    process.off('exit', endNow);
    await rm(dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  };
  t?.after(stop);
  const count = options.replicas === false ? 3 : 6;
  for (let i = 0; i < count; i++) nodes.push(await startNode(binary, join(dir, String(i))));
  const primaries = nodes.slice(0, 3);
  // Before any two have met: later on they agree on their epochs themselves.
  for (const [i, { client }] of primaries.entries()) await client.call('CLUSTER', 'SET-CONFIG-EPOCH', i + 1);
  for (const [i, { client, port }] of primaries.entries()) {
    await client.call('CLUSTER', 'ADDSLOTSRANGE', Math.floor((i * 16_384) / 3), Math.floor(((i + 1) * 16_384) / 3) - 1);
    for (const other of nodes) if (other.port !== port) await client.call('CLUSTER', 'MEET', '127.0.0.1', other.port);
  }
  for (const [i, replica] of nodes.slice(3).entries()) {
    const id = String(await primaries[i]!.client.call('CLUSTER', 'MYID'));
    await retried(() => replica.client.call('CLUSTER', 'REPLICATE', id));
  }
  const isWell = async ({ client }: TestNode, i: number): Promise<boolean> => {
    const text = `${await client.call('CLUSTER', 'INFO')}\n${await client.info('replication')}`;
    const known = text.includes('cluster_state:ok') && text.includes(`cluster_known_nodes:${count}`);
    if (i >= 3) return known && text.includes('master_link_status:up');
    return known && (count === 3 || /slave0:[^\n]*state=online/.test(text));
  };
  await retried(async () => {
    const well = await Promise.all(nodes.map(isWell));
    if (!well.every(Boolean)) throw new Error('the cluster is not well yet');
  });
  return {
    url: `redis+cluster://127.0.0.1:${nodes[0]!.port},127.0.0.1:${nodes[1]!.port}`,
    nodes,
    homeOf: (tag) => retried(() => primaryOf(nodes, slotOf(tag))),
    stop,
  };
}

/** A primary that lives and says of itself that it has the slot. */
async function primaryOf(nodes: readonly TestNode[], slot: number): Promise<TestNode> {
  for (const node of nodes) {
    if (node.client.status !== 'ready') continue;
    const ranges = (await node.client.call('CLUSTER', 'SLOTS')) as [number, number, [string, number]][];
    const port = ranges.find(([from, to]) => from <= slot && slot <= to)?.[2]?.[1];
    const found = nodes.find((other) => other.port === port);
    if (found?.client.status === 'ready') return found;
  }
  throw new Error(`no primary has the slot ${slot}`);
}

async function retried<T>(work: () => Promise<T>): Promise<T> {
  for (const deadline = Date.now() + 20_000; ; await sleep(50)) {
    try {
      return await work();
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
  }
}
