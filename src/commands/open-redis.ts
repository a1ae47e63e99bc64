import type { Logger } from 'pino';
import type { Config } from '../../config/schema.ts';
import { connect, type RedisClient } from '../redis/connect.ts';
import { startEmbedded } from '../redis/embedded.ts';
import { guard } from '../redis/guard.ts';
import { parseRedisUrl } from '../redis/target.ts';

/** A connection to a Redis that keeps jobs. */
export interface OpenedRedis {
  redis: RedisClient;
  /** Replicas that must have what is answered for. */
  replicas: number;
  /** Ends the use of the local server, if it is one. */
  leave: () => Promise<void>;
}

/**
 * Connects to Redis, starting a local one when none is given, and refuses one that would lose jobs.
 *
 * @throws RedisError with the next step
 */
export async function openRedis(config: Config, log: Logger, warn: (sentence: string) => void): Promise<OpenedRedis> {
  const report = (event: string, fields: Record<string, unknown>) => log.info({ event, ...fields }, event);
  const { url } = config.redis;
  const embedded = url === undefined ? await startEmbedded({ dataDir: config.data_dir, log: report }) : undefined;
  const leave = async () => embedded?.leave();
  let redis: RedisClient | undefined;
  try {
    const target =
      embedded === undefined ? parseRedisUrl(url!) : { kind: 'unix' as const, path: embedded.socket, db: 0 };
    redis = await connect(target, 'worker', { log: report });
    for (const warning of (await guard(redis)).warnings) warn(warning);
    // Where one takes over by itself, the last moment of the one before may be missing.
    const takenOver = target.kind === 'cluster' || target.kind === 'sentinel';
    return { redis, replicas: config.redis.replicas ?? (takenOver ? 1 : 0), leave };
  } catch (error) {
    redis?.disconnect();
    await leave();
    throw error;
  }
}
