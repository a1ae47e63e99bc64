import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stringify } from 'yaml';
import { connect } from '../../redis/connect.ts';
import { startEmbedded } from '../../redis/embedded.ts';
import { RedisError } from '../../redis/error.ts';
import { keysOf } from '../../redis/keys.ts';
import { unlinkAll } from '../../redis/unlink.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { startSandbox } from '../../sandbox/server.ts';

/** Everything a sync needs and nothing of the user's: a desk, a Redis, a configuration that names both. */
export interface Stage {
  sandbox: Sandbox;
  /** Temporary; removed at the end. */
  dir: string;
  /** Path of the configuration. */
  config: string;
  /** The environment of its runs: what no configuration file may hold. */
  env: Readonly<Record<string, string>>;
  /** Ends the desk and the Redis and removes what they left behind. */
  close(): Promise<void>;
}

/** Contacts that the desk begins with: a small company's. */
const CONTACTS = 2000;

/** Sets the stage. Throws a RedisError when no Redis can be had. */
export async function setStage(env: Readonly<Record<string, string | undefined>>): Promise<Stage> {
  const dir = await mkdtemp(path.join(tmpdir(), 'contact-sync-demo-'));
  const ends: (() => Promise<unknown>)[] = [() => rm(dir, { recursive: true, force: true, maxRetries: 5 })];
  const close = async () => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  try {
    const sandbox = await startSandbox({ contacts: CONTACTS, desk: true, keepLog: false });
    ends.push(() => sandbox.close());
    const data = path.join(dir, 'data');
    const redis = await redisFor(data, sandbox, env);
    ends.push(redis.end);
    const config = path.join(dir, 'contact-sync.yaml');
    const chatwoot = { base_url: sandbox.url, account_id: sandbox.account };
    // Nobody else works at this desk.
    const settings = { chatwoot, data_dir: data, desk_share: 95 };
    await writeFile(config, stringify(settings), { mode: 0o600 });
    return { sandbox, dir, config, env: { CHATWOOT_API_ACCESS_TOKEN: sandbox.token, ...redis.env }, close };
  } catch (error) {
    await close();
    throw error;
  }
}

interface StageRedis {
  env: { REDIS_URL?: string };
  end: () => Promise<void>;
}

/**
 * A Redis of the demo's own. It is kept from the first run to the last, or each run would start it anew. Only where no
 * server can be started is the REDIS_URL of the environment used: the desk's address, which is in the name of every key,
 * keeps the demo apart from whatever lies there, and its keys are removed at the end.
 */
async function redisFor(
  data: string,
  sandbox: Sandbox,
  env: Readonly<Record<string, string | undefined>>,
): Promise<StageRedis> {
  try {
    const embedded = await startEmbedded({ dataDir: data });
    return { env: {}, end: () => embedded.leave() };
  } catch (error) {
    const url = env.REDIS_URL ?? '';
    if (!(error instanceof RedisError) || error.code !== 'redis-no-server-binary' || url === '') throw error;
    return { env: { REDIS_URL: url }, end: () => forget(url, keysOf(sandbox.url, sandbox.account).tag) };
  }
}

/** Removes all keys that begin with the tag of one desk. */
async function forget(url: string, tag: string): Promise<void> {
  const redis = await connect(url, 'producer');
  try {
    await unlinkAll(redis, tag);
  } finally {
    redis.disconnect();
  }
}
