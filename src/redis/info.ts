import type { Redis } from 'ioredis';

/**
 * What INFO says, all of it or one section. By itself ioredis sends it on a connection that is not ready yet as well, and when that
 * one closes before it is (a proxy that has lost its Redis takes it and lets it go) the answer never comes (ioredis 6.0,
 * closeHandler). As a pipeline it waits for the next one, as every other command does.
 */
export async function infoOf(redis: Redis, ...section: [] | [name: string]): Promise<string> {
  const answers = await redis.pipeline([['info', ...section]]).exec();
  const [error, text] = answers![0]!;
  if (error !== null) throw error;
  return text as string;
}
