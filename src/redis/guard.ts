import { Cluster, type Redis } from 'ioredis';
import type { RedisClient } from './connect.ts';
import { RedisError } from './error.ts';
import { infoOf } from './info.ts';
import { isTooOld, NEEDED, type ServerKind } from './version.ts';

/** What was found out about a server that may be used. */
export interface GuardReport {
  version: string;
  server: ServerKind;
  /** Sentences for the operator: things that work but cost durability. */
  warnings: string[];
}

/** What CONFIG GET says; undefined where the server forbids it, as managed ones do. */
export interface ServerConfig {
  policy?: string | undefined;
  /** The snapshot rule; an empty text means that none are taken. */
  save?: string | undefined;
  /** It was connected to as a cluster. */
  cluster?: boolean;
}

function readInfo(info: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of info.split(/\r?\n/)) {
    const colon = line.indexOf(':');
    if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 1));
  }
  return fields;
}

function identify(info: Map<string, string>): { server: ServerKind; version: string } {
  const redis = info.get('redis_version') ?? '0.0.0';
  const valkey = info.get('valkey_version');
  // Valkey 7.2 and later go on reporting redis_version 7.2.4 for old clients.
  if (valkey !== undefined) return { server: 'valkey', version: valkey };
  if (info.has('dragonfly_version')) return { server: 'dragonfly', version: redis };
  return { server: info.get('executable')?.includes('keydb') ? 'keydb' : 'redis', version: redis };
}

function durabilityWarnings(info: Map<string, string>, save: string | undefined): string[] {
  if (info.get('aof_enabled') === '1') return [];
  const fix = 'Switch it on with: redis-cli CONFIG SET appendonly yes && redis-cli CONFIG REWRITE';
  if (save === '') {
    return [`Redis keeps nothing on disk: if it restarts, queued changes and remembered state are gone. ${fix}`];
  }
  const snapshots = save === undefined ? 'whether it takes snapshots cannot be read here' : 'it only takes snapshots';
  return [
    `Redis has no append-only file (${snapshots}): if it crashes, the changes queued since the last snapshot are gone. ${fix}`,
  ];
}

/** Judges a server by its INFO text. Throws a RedisError when it must not be used. */
export function judge(infoText: string, config: ServerConfig = {}): GuardReport {
  const info = readInfo(infoText);
  const { server, version } = identify(info);
  if (isTooOld(server, version)) {
    throw new RedisError(
      'redis-too-old',
      `This is ${server} ${version}, and ${NEEDED} is needed: older ones can block a worker for ever.`,
      'Upgrade it, or run "docker compose up -d redis" and set REDIS_URL=redis://127.0.0.1:6379.',
    );
  }
  if (info.get('redis_mode') === 'cluster' && !config.cluster) {
    throw new RedisError(
      'redis-url',
      'This Redis is a node of a cluster, and has only some of the keys.',
      'Write redis+cluster:// instead of redis://; one node is enough to find the others.',
    );
  }
  if (info.get('role') === 'slave') {
    throw new RedisError(
      'redis-read-only',
      'This Redis is a read-only replica.',
      `Point REDIS_URL at its primary (${info.get('master_host') ?? 'see INFO replication'}), or use redis+sentinel:// to follow failovers.`,
    );
  }
  const policy = info.get('maxmemory_policy') ?? config.policy;
  if (policy !== undefined && policy !== 'noeviction') {
    throw new RedisError(
      'redis-evicts',
      `Redis would throw queued changes away when its memory is full (maxmemory-policy is ${policy}).`,
      'Run: redis-cli CONFIG SET maxmemory-policy noeviction (and set it in redis.conf or in the parameter group of a managed Redis).',
    );
  }
  const warnings = durabilityWarnings(info, config.save);
  if (policy === undefined) {
    warnings.push(
      'maxmemory-policy cannot be read here. Make sure that it is noeviction, or queued changes may be lost.',
    );
  }
  return { version, server, warnings };
}

/**
 * Refuses a Redis that would lose changes or block workers: throws a RedisError with the command that mends it. Says
 * what else is worth knowing as warnings. Of a cluster every primary is asked: any of them may come to have the keys.
 */
export async function guard(client: RedisClient): Promise<GuardReport> {
  const cluster = client instanceof Cluster;
  const nodes = cluster ? client.nodes('master') : [client];
  const asked = nodes.map((node) =>
    ask(node, cluster).catch((error: unknown) => {
      // A node that is away just now does not keep the others from being used.
      if (error instanceof RedisError || !cluster) throw error;
      return undefined;
    }),
  );
  const [report, ...others] = (await Promise.all(asked)).filter((each) => each !== undefined);
  if (report === undefined) {
    throw new RedisError(
      'redis-unreachable',
      'No primary of this Redis cluster is known.',
      'Check it with: redis-cli --cluster check',
    );
  }
  return { ...report, warnings: [...new Set([report, ...others].flatMap(({ warnings }) => warnings))] };
}

async function ask(node: Redis, cluster: boolean): Promise<GuardReport> {
  const setting = async (name: string): Promise<string | undefined> => {
    // Forbidden on managed servers: what INFO says must do then.
    const answer: unknown = await node.config('GET', name).catch(() => undefined);
    return Array.isArray(answer) && typeof answer[1] === 'string' ? answer[1] : undefined;
  };
  const [info, policy, save] = await Promise.all([infoOf(node), setting('maxmemory-policy'), setting('save')]);
  return judge(info, { policy, save, cluster });
}
