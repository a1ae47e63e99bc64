import type { RedisClient } from '../redis/connect.ts';
import type { Keys } from '../redis/keys.ts';
import type { Intake } from './intake.ts';
import type { Jobs } from './jobs.ts';
import { HOLDS, LET_GO } from './scripts/holds.ts';
import { UNHELD } from './scripts/unheld.ts';

/** Mailboxes looked into in one go; more would hold Redis, and with it every call, for too long. */
const AT_ONCE = 500;

/**
 * Holds the writes of a run back until its rows are looked up, or so many wait that it is time to write. Rows of one
 * contact that stand far apart in a file meet in its mailbox meanwhile: one write instead of several, and none when the
 * last word is what the desk holds already. Lost with a crash of the reader it ends by itself, since only a run that is
 * being read or looked up is held.
 *
 * It is also the moment to judge a run as a whole: whatever the guard rails can know of it is known before its first write.
 */
export class WriteHold {
  readonly #redis: RedisClient;
  readonly #keys: Keys;
  readonly #intake: Intake;
  readonly #jobs: Jobs;
  readonly #beforeWrites: (run: string) => Promise<void>;

  /** `beforeWrites`: told before the writes of a run are let go; it may stop the run. */
  constructor(
    redis: RedisClient,
    keys: Keys,
    intake: Intake,
    jobs: Jobs,
    beforeWrites: (run: string) => Promise<void> = async () => undefined,
  ) {
    this.#redis = redis;
    this.#keys = keys;
    this.#intake = intake;
    this.#jobs = jobs;
    this.#beforeWrites = beforeWrites;
  }

  async begin(run: string): Promise<void> {
    await this.#redis.sadd(this.#keys.held, run);
  }

  /**
   * Whether the writes of all these runs wait; then whoever asked gives no job to what it put into mailboxes, and `release`
   * will. Ask after the mailboxes were filled, so that it misses none.
   */
  async holds(runs: readonly string[]): Promise<boolean> {
    if (runs.length === 0) return false;
    return (await HOLDS.run(this.#redis, [this.#keys.held, this.#keys.heldBack], runs)) === 1;
  }

  /** Lets the writes of a run go. Contacts of other runs may get a job with them, which does no harm once they are judged. */
  async release(run: string): Promise<void> {
    if ((await this.#redis.sismember(this.#keys.held, run)) === 0) return;
    await this.#beforeWrites(run);
    // What was not held back has its jobs; giving them all another was a tenth of the work of such a run.
    if ((await LET_GO.run(this.#redis, [this.#keys.held, this.#keys.heldBack], [run])) === 0) return;
    await this.#jobs.add(await this.#due(), []);
  }

  /**
   * Lets the writes of all runs go: too much waits, and whose it is makes no difference. One run alone would wait for ever for
   * another's to become less, which are held while anything of the first is still to be looked up.
   */
  async releaseAll(): Promise<void> {
    for (const run of await this.#redis.smembers(this.#keys.held)) await this.release(run);
  }

  /** Contacts with something pending that no other run holds back. */
  async #due(): Promise<string[]> {
    const dirty = await this.#redis.zrange(this.#keys.dirty, '0', '-1');
    if (await this.isEmpty()) return dirty;
    const due: string[] = [];
    for (let i = 0; i < dirty.length; i += AT_ONCE) {
      const args = [this.#keys.base, ...dirty.slice(i, i + AT_ONCE)];
      due.push(...((await UNHELD.run(this.#redis, [this.#keys.held], args)) as string[]));
    }
    return due;
  }

  /** Lets go what is held for nothing any more: nobody reads it and everything is looked up. */
  async releaseDone(): Promise<void> {
    const held = await this.#redis.smembers(this.#keys.held);
    if (held.length === 0 || (await this.#intake.waitingOfFiles()) > 0) return;
    for (const run of held) {
      const readUntil = await this.#redis.zscore(this.#keys.producing, run);
      if (readUntil === null || Number(readUntil) < Date.now()) await this.release(run);
    }
  }

  async isEmpty(): Promise<boolean> {
    return (await this.#redis.scard(this.#keys.held)) === 0;
  }
}
