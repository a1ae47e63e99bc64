import { Redis } from 'ioredis';
import type { RedisClient } from './connect.ts';
import { homeOf } from './home.ts';

/** A replica that confirms later than this does not confirm, in milliseconds: a sender waits meanwhile. */
const WITHIN_MS = 500;

/** When none does nobody waits for it again for so long, in milliseconds. */
const MUTED_MS = 10_000;

/** What is known of something that was written. */
export type Kept =
  /** Enough replicas have it, or none are asked for. */
  | 'safe'
  /** The primary has it, and too few replicas said so in time. */
  | 'alone'
  /** The connection broke meanwhile: it may have been lost. It is to be done again, or to be refused. */
  | 'in-doubt';

export interface ReplicasOptions {
  client: RedisClient;
  /** Hash tag of the keys that are written. */
  tag: string;
  /** So many have to have it. */
  needed: number;
  /** Told when too few confirm, and when they do again. */
  warn: (sentence: string) => void;
  now: () => number;
}

/**
 * Makes sure that what is answered for survives a failover: Redis replicates behind its answers, so a primary that dies
 * takes the last of them with it, unless a replica was waited for.
 */
export class Replicas {
  readonly #options: ReplicasOptions;
  #breaks = 0;
  #mutedUntil = 0;
  #alone = false;

  constructor(options: ReplicasOptions) {
    this.#options = options;
    const watch = (node: Redis): void => {
      node.on('close', () => {
        this.#breaks++;
      });
    };
    const { client } = options;
    if (client instanceof Redis) watch(client);
    else {
      for (const node of client.nodes()) watch(node);
      client.on('+node', watch);
    }
  }

  /** The same for keys of another tag, which another node of a cluster may have. */
  of(tag: string): Replicas {
    return new Replicas({ ...this.#options, tag });
  }

  /** Does work that writes, and says whether it lasts. A connection that breaks in between may have been to another server. */
  async keep<T>(work: () => Promise<T>): Promise<{ value: T; kept: Kept }> {
    const { client, tag, needed, now } = this.#options;
    if (needed === 0) return { value: await work(), kept: 'safe' };
    const [before, node] = [this.#breaks, homeOf(client, tag)];
    const value = await work();
    const same = (): boolean => this.#breaks === before && homeOf(client, tag) === node && node !== undefined;
    if (!same()) return { value, kept: 'in-doubt' };
    if (now() < this.#mutedUntil) return { value, kept: 'alone' };
    // On the connection that wrote: WAIT is about what its own connection has written.
    const confirmed = await node!.wait(needed, WITHIN_MS).catch(() => -1);
    if (!same() || confirmed < 0) return { value, kept: 'in-doubt' };
    if (confirmed >= needed) {
      this.#say(false, 0);
      return { value, kept: 'safe' };
    }
    this.#mutedUntil = now() + MUTED_MS;
    this.#say(true, confirmed);
    return { value, kept: 'alone' };
  }

  #say(alone: boolean, confirmed: number): void {
    if (alone === this.#alone) return;
    this.#alone = alone;
    const { needed, warn } = this.#options;
    warn(
      alone
        ? `${confirmed} of ${needed} replicas of Redis confirmed within ${WITHIN_MS} ms: if the primary dies now, what was queued last is lost. See INFO replication on it, or set redis.replicas to what there is.`
        : 'The replicas of Redis confirm again.',
    );
  }
}
