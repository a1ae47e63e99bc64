import { clockOf } from '../redis/clock.ts';
import type { RedisClient } from '../redis/connect.ts';
import { estimate } from '../redis/estimate.ts';
import { nodeOf } from '../redis/home.ts';
import type { Keys } from '../redis/keys.ts';
import { type UsedMemory, usedMemory } from '../redis/used-memory.ts';

/** What memory may take where nothing is said, in bytes: a part of Redis' own limit, or so much where it has none. */
const PART_OF_LIMIT = 0.25;
const WITHOUT_LIMIT = 512 * 2 ** 20;

/** Above this part of Redis' own limit memory gives way, whatever it may take, until the second part is reached. */
const GIVE_WAY_ABOVE = 0.75;
const GIVE_WAY_TO = 0.7;

/** Over its bound by this part memory is let go of; below the second one learning goes on. */
const OVER = 1.1;
const BELOW = 0.9;

/** How often it is looked, by one process or another, in milliseconds. */
const LOOK_EVERY_MS = 3000;

/** Later than any sighting: nothing new is learnt. */
const NEVER = '9000000000000000';

/** What was said of learning is true for so long, in milliseconds; that it is stopped is said again as long as it is so. */
const SAID_FOR_MS = 60_000;

/** Keys that are let go of in one go at most: others wait for Redis meanwhile. */
const AT_ONCE = 500;

export interface BoundOptions {
  /** Most that memory may take, in bytes; undefined: a quarter of Redis' maxmemory, or 512 MB. */
  most: number | undefined;
  /** Epoch ms, or any clock that goes forward. */
  now: () => number;
}

/** What a look at memory has shown, in bytes, and what came of it. */
export interface Look {
  remembered: number;
  most: number;
  freed: number;
  learning: boolean;
}

/**
 * Holds memory within a bound. It is a guess that saves calls, and everything else in Redis is not: so it gives way first.
 * When it has grown to its bound nothing new is learnt, which a nightly run over more contacts than fit gains more from
 * than from forgetting those whose row comes next. When it is over it, or Redis comes near its own limit, what was touched
 * longest ago is let go of.
 */
export class Bound {
  readonly #redis: RedisClient;
  readonly #keys: Keys;
  readonly #options: BoundOptions;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #cursor = '0';

  constructor(redis: RedisClient, keys: Keys, options: BoundOptions) {
    this.#redis = redis;
    this.#keys = keys;
    this.#options = options;
  }

  /** Looks, unless this process or another one did just now. */
  async sometimes(): Promise<void> {
    const now = this.#options.now();
    if (now - this.#lookedAt < LOOK_EVERY_MS) return;
    this.#lookedAt = now;
    const key = `${this.#keys.memory}:bounding`;
    // A Redis that is full refuses even this, and then most of all it is time to look.
    const mine = await this.#redis.set(key, '1', 'PX', LOOK_EVERY_MS - 500, 'NX').catch(() => 'OK');
    if (mine === 'OK') await this.look();
  }

  /** Sees how much memory takes, and holds it within its bound. */
  async look(): Promise<Look> {
    const { memory, learnFrom, tag } = this.#keys;
    const node = nodeOf(this.#redis, tag);
    const [server, { k, m }, stopped] = await Promise.all([
      usedMemory(node),
      estimate(node, { k: `${memory}:k:`, m: `${memory}:m:` }),
      this.learning().then((learning) => !learning),
    ]);
    const most = this.most(server);
    const before = k.bytes + m.bytes;
    const near = server.limit > 0 && server.used > GIVE_WAY_ABOVE * server.limit;
    const room = near ? server.used - GIVE_WAY_TO * server.limit : 0;
    const wanted = Math.min(before, Math.max(room, before > OVER * most ? before - most : 0));
    const freed = wanted > 0 ? await this.#letGo(wanted) : 0;
    const remembered = before - freed;
    const full = near || remembered > most;
    const roomy = remembered < BELOW * most && (server.limit === 0 || server.used < GIVE_WAY_TO * server.limit);
    const learning = !full && (!stopped || roomy);
    // A look that began before says nothing of what was missed since.
    const from = learning ? String(await clockOf(this.#redis, learnFrom)) : NEVER;
    if (!learning || stopped) await this.#redis.set(learnFrom, from, 'PX', SAID_FOR_MS).catch(() => undefined);
    return { remembered, most, freed, learning };
  }

  /** Whether new contacts are remembered. */
  async learning(): Promise<boolean> {
    return (await this.#redis.get(this.#keys.learnFrom)) !== NEVER;
  }

  /** Most that memory may take in this Redis, in bytes. */
  most({ limit }: UsedMemory): number {
    return this.#options.most ?? (limit > 0 ? PART_OF_LIMIT * limit : WITHOUT_LIMIT);
  }

  /**
   * Lets go of what was touched longest ago, of a part of the keys at a time: the older half of each. Once round at most.
   * Nothing but removing is asked for, which a full Redis does as well. Returns the bytes that became free.
   */
  async #letGo(bytes: number): Promise<number> {
    let freed = 0;
    let rounds = 0;
    while (freed < bytes && rounds < 2) {
      const pattern = `${this.#keys.memory}:[km]:*`;
      const [next, keys] = await nodeOf(this.#redis, this.#keys.tag).scan(
        this.#cursor,
        'MATCH',
        pattern,
        'COUNT',
        2 * AT_ONCE,
      );
      this.#cursor = next;
      if (next === '0') rounds += 1;
      if (keys.length > 0) freed += await this.#drop(await this.#olderHalf(keys));
    }
    return freed;
  }

  /** Each key lives so long after it was last touched: the sooner it ends, the older it is. */
  async #olderHalf(keys: readonly string[]): Promise<string[]> {
    const pipeline = this.#redis.pipeline();
    for (const key of keys) pipeline.pttl(key);
    const ttls = ((await pipeline.exec()) ?? []).map(([, ttl]) => Number(ttl));
    const order = keys.map((key, i) => [key, ttls[i] ?? 0] as const).sort((a, b) => a[1] - b[1]);
    return order.slice(0, Math.ceil(keys.length / 2)).map(([key]) => key);
  }

  async #drop(keys: readonly string[]): Promise<number> {
    const pipeline = nodeOf(this.#redis, this.#keys.tag).pipeline();
    for (const key of keys) pipeline.memory('USAGE', key);
    pipeline.unlink(...keys);
    const said = (await pipeline.exec()) ?? [];
    return said.slice(0, -1).reduce((sum, [, size]) => sum + Number(size ?? 0), 0);
  }
}
