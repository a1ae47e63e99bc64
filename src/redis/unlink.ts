import type { RedisClient } from './connect.ts';
import { nodeOf } from './home.ts';

const AT_ONCE = 1000;

/**
 * The names of all keys that match a pattern, some hundred at a time, without holding Redis up. `tag`: the hash tag they
 * have in common, since in a cluster one node alone has them. Throws a RedisError when that one is not known.
 */
export async function* keysLike(redis: RedisClient, tag: string, pattern: string): AsyncGenerator<string[]> {
  const node = nodeOf(redis, tag);
  let cursor = '0';
  do {
    const [next, keys] = await node.scan(cursor, 'MATCH', pattern, 'COUNT', AT_ONCE);
    cursor = next;
    if (keys.length > 0) yield keys;
  } while (cursor !== '0');
}

/** Removes every key that begins with a prefix, which has to hold the hash tag, without holding Redis up. */
export async function unlinkAll(redis: RedisClient, prefix: string): Promise<number> {
  // Braces are plain characters in a pattern; these are not.
  const pattern = `${prefix.replace(/[\\*?[\]]/g, '\\$&')}*`;
  let removed = 0;
  for await (const keys of keysLike(redis, prefix, pattern)) removed += await redis.unlink(...keys);
  return removed;
}
