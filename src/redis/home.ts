import { Cluster, Redis } from 'ioredis';
import type { RedisClient } from './connect.ts';
import { RedisError } from './error.ts';
import { slotOf } from './slot.ts';

/**
 * The server that holds the keys of a tag: the only one, or in a cluster the primary of their slot. Undefined while a
 * cluster has none that is known.
 */
export function homeOf(client: RedisClient, tag: string): Redis | undefined {
  if (client instanceof Redis) return client;
  const address = client.slots[slotOf(tag)]?.[0];
  return client.nodes('master').find(({ options }) => `${options.host}:${options.port}` === address);
}

/** The same, for what is asked of a server as a whole. Throws a RedisError while none is known. */
export function nodeOf(client: RedisClient, tag: string): Redis {
  const node = homeOf(client, tag);
  if (node !== undefined) return node;
  throw new RedisError(
    'redis-unreachable',
    'No primary of this Redis cluster has the keys.',
    'Check it with: redis-cli --cluster check',
  );
}

/** Whether the keys of a tag can be reached: a cluster is ready as soon as any of its nodes is, and only one has them. */
export function isReady(client: RedisClient, tag: string): boolean {
  return client.status === 'ready' && homeOf(client, tag)?.status === 'ready';
}

/** Lets go of a Redis that is away, so that whatever waits for it ends with an error instead of never. True if it is. */
export function letGo(client: RedisClient, tag: string): boolean {
  if (isReady(client, tag)) return false;
  // `disconnect` between two attempts would leave what waits for ever; after a last attempt it fails.
  if (client instanceof Redis) {
    if (client.status === 'reconnecting') client.options.retryStrategy = () => null;
    else client.disconnect();
  } else if (client.nodes().length === 0) client.options.clusterRetryStrategy = () => null;
  else disconnect(client);
  return true;
}

/** Ends a connection; what is still waiting fails. */
function disconnect(client: RedisClient): void {
  if (client.status === 'end' || (client instanceof Cluster && client.status === 'disconnecting')) return;
  // ioredis 6.0 says `close` once for each node, after `end` as well: then it takes commands again, and answers none.
  if (client instanceof Cluster)
    client.on('close', () => {
      client.status = 'end';
    });
  client.disconnect();
}

/** Ends a connection once all that was sent has arrived. */
export async function hangUp(client: RedisClient, tag: string): Promise<void> {
  if (!isReady(client, tag)) return disconnect(client);
  // A connection that ends before it hears the answer has ended all the same.
  if (client instanceof Redis) await client.quit().catch(() => disconnect(client));
  else {
    // Each node would be asked to end, and one that is away, whatever it holds, would be waited for.
    await homeOf(client, tag)
      ?.ping()
      .catch(() => undefined);
    client.disconnect();
  }
}
