import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { RedisError } from './error.ts';
import { gatherWrites } from './gather.ts';
import { asHopeless } from './hopeless.ts';
import { describeTarget, parseRedisUrl, type RedisTarget } from './target.ts';

/** A connection, to one server or to a cluster. */
export type RedisClient = Redis | Cluster;

/**
 * What a connection is for. `worker` is patient: its commands wait out an outage, as BullMQ's workers demand.
 * `producer` is not: while Redis is away its commands fail within a second, so that a webhook is answered 503 and a
 * reader of files can hold.
 */
export type RedisRole = 'worker' | 'producer';

/** How to connect; all of it has defaults. */
export interface ConnectOptions {
  log?: (event: string, fields: Record<string, unknown>) => void;
  /** How long an unreachable Redis is tried before giving up, in ms. Default 5000. */
  timeoutMs?: number;
}

/** Quick enough that a worker is back within two seconds of Redis; the library's own steps reach 20 s. */
const retryStrategy = (attempt: number): number => Math.min(attempt * 200, 2000);

/**
 * A cluster is asked so often who has what, in milliseconds. A primary that died is noticed at once; one that hangs keeps
 * its connections, and only the others can tell that it was replaced.
 */
const TOPOLOGY_MS = 5000;

/** A primary behind sentinels that owes an answer for so long hangs, in milliseconds: longer than any command blocks. */
const SILENT_MS = 20_000;

/**
 * After a failover the old primary may still be there, read-only: the connection is made anew. A script is sent again on
 * the new one; any other command fails, for it may be part of a transaction, of which the rest would be missing.
 */
function reconnectOnError(error: Error & { command?: { name: string } }): boolean | 2 {
  if (!error.message.startsWith('READONLY')) return false;
  return error.command?.name.startsWith('eval') === true ? 2 : true;
}

function tlsOptions(target: RedisTarget): Pick<RedisOptions, 'tls'> {
  if (target.tls === undefined) return {};
  const { ca, cert, key, verify } = target.tls;
  const read = (file: string): Buffer => {
    try {
      return readFileSync(file);
    } catch (error) {
      const why = (error as NodeJS.ErrnoException).code ?? String(error);
      throw new RedisError('redis-url', `REDIS_URL names ${file}, which cannot be read (${why}).`, 'Correct the path.');
    }
  };
  return {
    tls: {
      rejectUnauthorized: verify,
      ...(ca && { ca: read(ca) }),
      ...(cert && { cert: read(cert) }),
      ...(key && { key: read(key) }),
      ...(target.kind === 'tcp' && isIP(target.host) === 0 && { servername: target.host }),
    },
  };
}

function build(target: RedisTarget, role: RedisRole): RedisClient {
  const enableOfflineQueue = role === 'worker';
  const common = {
    ...tlsOptions(target),
    ...(target.username !== undefined && { username: target.username }),
    ...(target.password !== undefined && { password: target.password }),
    connectionName: `contact-sync-${role}`,
    enableReadyCheck: true,
    maxRetriesPerRequest: role === 'worker' ? null : 1,
    reconnectOnError,
  } satisfies RedisOptions;
  if (target.kind === 'cluster') {
    return new Cluster(target.nodes, {
      lazyConnect: true,
      enableOfflineQueue,
      clusterRetryStrategy: retryStrategy,
      // A failover takes longer than the library's 16 tries, 0.1 s apart: a patient command goes on for as long as it takes.
      ...(role === 'worker' && { maxRedirections: Number.POSITIVE_INFINITY }),
      slotsRefreshInterval: TOPOLOGY_MS,
      redisOptions: common,
      // A managed cluster's certificate names its hosts, so they must not be turned into addresses first.
      ...(target.tls && { dnsLookup: (address, done) => done(null, address) }),
    });
  }
  const single = {
    ...common,
    lazyConnect: true,
    enableOfflineQueue,
    retryStrategy,
    db: target.db,
  } satisfies RedisOptions;
  if (target.kind === 'unix') return new Redis({ ...single, path: target.path });
  if (target.kind === 'tcp') return new Redis({ ...single, host: target.host, port: target.port });
  return new Redis({
    ...single,
    name: target.master,
    sentinels: target.nodes,
    // A primary that hangs closes no connection. (ioredis' own detector of failovers leaves connections open, on 6.0: after a
    // failover a process with it never ended.)
    socketTimeout: SILENT_MS,
    ...(target.sentinelUsername && { sentinelUsername: target.sentinelUsername }),
    ...(target.sentinelPassword && { sentinelPassword: target.sentinelPassword }),
    ...(single.tls && { enableTLSForSentinelMode: true, sentinelTLS: single.tls }),
  });
}

/** Logs one line when the connection is lost and one when it is back, however often it is tried in between. */
function watch(client: RedisClient, where: string, log: NonNullable<ConnectOptions['log']>): void {
  let lostAt: number | undefined;
  let reason = '';
  client.on('error', (error: Error) => {
    reason = error.message;
  });
  // Of a cluster one node may be away while the others answer.
  if (client instanceof Cluster) {
    const watchNode = (node: Redis): void => {
      node.once('ready', () => {
        node.once('close', () => {
          const { host, port } = node.options;
          if (client.status === 'ready') log('redis.node_lost', { redis: where, node: `${host}:${port}` });
        });
      });
    };
    for (const node of client.nodes()) watchNode(node);
    client.on('+node', watchNode);
  }
  client.on('reconnecting', () => {
    if (lostAt !== undefined) return;
    lostAt = Date.now();
    log('redis.lost', { redis: where, message: reason || 'the connection was closed' });
  });
  client.on('ready', () => {
    if (lostAt !== undefined) log('redis.back', { redis: where, away_ms: Date.now() - lostAt });
    lostAt = undefined;
    reason = '';
  });
}

/**
 * Connects and waits until Redis is ready. Throws a RedisError within `timeoutMs` when it is not to be reached, at once
 * when it refuses the login or its certificate is not trusted. Once connected it survives any outage; end it with
 * `quit()` or `disconnect()`.
 */
export async function connect(
  to: RedisTarget | string,
  role: RedisRole,
  options: ConnectOptions = {},
): Promise<RedisClient> {
  const { log = () => {}, timeoutMs = 5000 } = options;
  const target = typeof to === 'string' ? parseRedisUrl(to) : to;
  const where = describeTarget(target);
  const client = build(target, role);
  gatherWrites(client);
  let last = 'it gives no answer, or closes the connection as one that wants TLS (rediss://) does';
  try {
    await new Promise<void>((resolve, reject) => {
      const giveUp = (): void => {
        const fix = 'Start it, or correct REDIS_URL; without REDIS_URL a local server is started for you.';
        reject(new RedisError('redis-unreachable', `Redis at ${where} cannot be reached: ${last}.`, fix));
      };
      const timer = setTimeout(giveUp, timeoutMs);
      const settle = (error?: Error): void => {
        clearTimeout(timer);
        if (error) reject(error);
        else resolve();
      };
      const onError = (failed: Error & { lastNodeError?: Error | null }): void => {
        // A cluster says only that every node failed; the last one's own words say why.
        const error = failed.lastNodeError ?? failed;
        last = (error.message || (error as NodeJS.ErrnoException).code || String(error)).replace(/\.$/, '');
        const hopeless = asHopeless(error, where);
        if (hopeless) settle(hopeless);
      };
      client.on('error', onError);
      client.once('ready', () => {
        client.off('error', onError);
        settle();
      });
      // Its own promise fails on the first attempt; what counts is `ready` before the deadline.
      client.connect().catch(onError);
    });
  } catch (error) {
    // A late error of a client that is being dropped must find a listener.
    client.on('error', () => {});
    client.disconnect();
    throw error;
  }
  watch(client, where, log);
  return client;
}
