import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { RedisError } from './error.ts';
import { gatherWrites } from './gather.ts';
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
    // After a failover the old primary may still be there, read-only. The command fails, the connection is made anew.
    reconnectOnError: (error: Error) => error.message.startsWith('READONLY'),
  } satisfies RedisOptions;
  if (target.kind === 'cluster') {
    return new Cluster(target.nodes, {
      lazyConnect: true,
      enableOfflineQueue,
      clusterRetryStrategy: retryStrategy,
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
    ...(target.sentinelUsername && { sentinelUsername: target.sentinelUsername }),
    ...(target.sentinelPassword && { sentinelPassword: target.sentinelPassword }),
    ...(single.tls && { enableTLSForSentinelMode: true, sentinelTLS: single.tls }),
  });
}

/** A fault that trying again cannot mend, as a RedisError. */
function asHopeless(error: Error, where: string): RedisError | undefined {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (/^(WRONGPASS|NOAUTH|NOPERM|ERR AUTH|ERR invalid password)/.test(error.message)) {
    const fix = 'Check the user and the password in REDIS_URL (reserved characters are percent-encoded).';
    return new RedisError(
      'redis-refused-login',
      `Redis at ${where} refused the login (${error.message.split(/[ .]/, 1)}).`,
      fix,
    );
  }
  if (/^ERR (DB index|SELECT)/.test(error.message)) {
    return new RedisError(
      'redis-url',
      `Redis at ${where} has no such database.`,
      'Correct the number at the end of REDIS_URL.',
    );
  }
  if (/CERT|SELF_SIGNED|ISSUER/.test(code)) {
    const fix = 'Add ?ca=/path/to/ca.pem to REDIS_URL, or ?verify=no where the network between is trusted.';
    return new RedisError('redis-unreachable', `The certificate of Redis at ${where} is not trusted (${code}).`, fix);
  }
  if (/SSL|EPROTO/.test(code)) {
    const fix = 'Write redis:// instead of rediss:// if it is not meant to, or correct the port.';
    return new RedisError('redis-unreachable', `Redis at ${where} does not speak TLS (${code}).`, fix);
  }
  return undefined;
}

/** Logs one line when the connection is lost and one when it is back, however often it is tried in between. */
function watch(client: RedisClient, where: string, log: NonNullable<ConnectOptions['log']>): void {
  let lostAt: number | undefined;
  let reason = '';
  client.on('error', (error: Error) => {
    reason = error.message;
  });
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
      const onError = (error: Error): void => {
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
