import type { Redis } from 'ioredis';
import { infoOf } from './info.ts';

/** Memory of a Redis in bytes. */
export interface UsedMemory {
  used: number;
  /** Its `maxmemory`; 0 when none is set, and then the machine is the limit. */
  limit: number;
}

/** What INFO says of the memory of a Redis. */
export async function usedMemory(redis: Redis): Promise<UsedMemory> {
  const info = await infoOf(redis, 'memory');
  const number = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1] ?? 0);
  return { used: number('used_memory'), limit: number('maxmemory') };
}

/** The part of its limit that is used, 0 to 1 and, for a moment, a little more; 0 when there is no limit. */
export function fullness({ used, limit }: UsedMemory): number {
  return limit === 0 ? 0 : used / limit;
}
