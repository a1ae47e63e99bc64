import type { Redis } from 'ioredis';

/** Lets go of a Redis that is away, so that whatever waits for it ends with an error instead of never. True if it is. */
export function letGo(redis: Redis): boolean {
  if (redis.status === 'ready') return false;
  // `disconnect` between two attempts would leave what waits for ever; after a last attempt it fails.
  if (redis.status === 'reconnecting') redis.options.retryStrategy = () => null;
  else redis.disconnect();
  return true;
}
