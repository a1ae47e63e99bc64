import type { ChainableCommander } from 'ioredis';
import type { RedisClient } from './connect.ts';

type Argument = string | number | Buffer;

/**
 * A Lua script under a name: sent once, then called by its digest, on a connection or in a pipeline. ioredis loads it
 * again after a restart of Redis, which forgets scripts.
 */
export interface Script {
  run(redis: RedisClient, keys: readonly string[], args: readonly Argument[]): Promise<unknown>;
  /** Puts the call into a pipeline or transaction made from the same connection after `prepare`. */
  queue(pipeline: ChainableCommander, keys: readonly string[], args: readonly Argument[]): void;
  /** Makes the script known to the connection; needed before a pipeline is made from it. */
  prepare(redis: RedisClient): void;
}

type Callable = Record<string, (...args: Argument[]) => unknown>;

/** Declares a script. `name` must be unique within the program. */
export function defineScript(name: string, numberOfKeys: number, lua: string): Script {
  const prepare = (redis: RedisClient): void => {
    if (!(name in redis)) redis.defineCommand(name, { numberOfKeys, lua });
  };
  return {
    prepare,
    run(redis, keys, args) {
      prepare(redis);
      return (redis as unknown as Callable)[name]!(...keys, ...args) as Promise<unknown>;
    },
    queue(pipeline, keys, args) {
      (pipeline as unknown as Callable)[name]!(...keys, ...args);
    },
  };
}
