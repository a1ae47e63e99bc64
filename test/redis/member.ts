/**
 * A command that uses the local Redis, for tests: joins the one of the data directory given, tells about it in one line
 * of JSON, and leaves when standard input ends.
 */
import { once } from 'node:events';
import { startEmbedded } from '../../src/redis/embedded.ts';
import { RedisError } from '../../src/redis/error.ts';

try {
  const redis = await startEmbedded({ dataDir: process.argv[2]!, idleMs: Number(process.argv[3] ?? 10_000) });
  console.log(JSON.stringify({ socket: redis.socket, pid: redis.pid, started: redis.started }));
  await once(process.stdin.resume(), 'end');
  await redis.leave();
} catch (error) {
  if (!(error instanceof RedisError)) throw error;
  console.log(JSON.stringify({ code: error.code, message: error.message }));
  process.exitCode = 3;
}
