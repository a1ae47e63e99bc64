import type { Redis } from 'ioredis';

const AT_ONCE = 1000;

/** Removes every key that begins with a prefix, without holding Redis up. */
export async function unlinkAll(redis: Redis, prefix: string): Promise<number> {
  // Braces are plain characters in a pattern; these are not.
  const pattern = `${prefix.replace(/[\\*?[\]]/g, '\\$&')}*`;
  let removed = 0;
  let cursor = '0';
  do {
    const [next, keys] = await redis.scan(cursor, 'MATCH', pattern, 'COUNT', AT_ONCE);
    cursor = next;
    if (keys.length > 0) removed += await redis.unlink(...keys);
  } while (cursor !== '0');
  return removed;
}
