import type { Definition, Definitions } from '../contact/attribute.ts';
import type { RedisClient } from '../redis/connect.ts';
import type { Keys } from '../redis/keys.ts';

/**
 * The account's attribute definitions as they were read last. A server that begins while Chatwoot is away needs them to
 * spell values: one badly typed value breaks every filter on its key.
 */
export class KnownDefinitions {
  readonly #redis: RedisClient;
  readonly #key: string;

  constructor(redis: RedisClient, keys: Keys) {
    this.#redis = redis;
    this.#key = `${keys.base}:definitions`;
  }

  async load(): Promise<Definitions | undefined> {
    const text = await this.#redis.get(this.#key);
    return text === null ? undefined : new Map(JSON.parse(text) as [string, Definition][]);
  }

  async save(definitions: Definitions): Promise<void> {
    await this.#redis.set(this.#key, JSON.stringify([...definitions]));
  }
}
