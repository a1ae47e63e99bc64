import { clockOf } from '../redis/clock.ts';
import type { RedisClient } from '../redis/connect.ts';
import type { Keys } from '../redis/keys.ts';
import { serverOf } from '../redis/server-id.ts';
import { NOTE_READ, WITNESS } from './note-read.ts';
import { DRAINED } from './settle.ts';
import { type RunFile, type RunLookup, type RunOptions, type RunState, stateOf } from './state.ts';

/** How long a reading process may be silent before another one may continue its run, in milliseconds. */
const LEASE_MS = 10_000;

/** How long a finished run is remembered. */
const KEEP_MS = 30 * 24 * 60 * 60 * 1000;

/** What became of a note: `elsewhere` when another server has the run by now, and nothing was noted. */
export type Noted = 'noted' | 'cancelled' | 'elsewhere';

/** The runs of one account, in Redis. */
export class Runs {
  readonly #redis: RedisClient;
  readonly #keys: Keys;
  /** Options never change while a run lives. */
  readonly #options = new Map<string, RunOptions>();

  constructor(redis: RedisClient, keys: Keys) {
    this.#redis = redis;
    this.#keys = keys;
  }

  /** Begins a run. Its start, on Redis' clock, is when its rows were observed. */
  async create(run: string, command: string, options: RunOptions, files: readonly RunFile[]): Promise<RunState> {
    const startedAt = await this.#now();
    const key = this.#keys.run(run);
    await this.#redis
      .multi()
      .hset(key, {
        command,
        options: JSON.stringify(options),
        files: JSON.stringify(files),
        started_at: startedAt,
        rows: 0,
        // Read by the script that ends writes; a guard rail that is off is not there.
        ...(options.maxFailed >= 100 || options.allow.includes('failed') ? {} : { max_failed: options.maxFailed }),
      })
      .zadd(this.#keys.runs, startedAt, run)
      .exec();
    return (await this.get(run))!;
  }

  /** Begins a run that stays open for whatever comes; does nothing when it was begun before, by whomever. */
  async open(run: string, command: string, options: RunOptions, file: RunFile): Promise<void> {
    const key = this.#keys.run(run);
    const startedAt = await this.#now();
    const fields = { command, options: JSON.stringify(options), files: JSON.stringify([file]), started_at: startedAt };
    const begin = this.#redis.multi().zadd(this.#keys.runs, 'NX', startedAt, run);
    for (const [field, value] of Object.entries(fields)) begin.hsetnx(key, field, value);
    await begin.exec();
  }

  async get(run: string): Promise<RunState | undefined> {
    const hash = await this.#redis.hgetall(this.#keys.run(run));
    if (hash.started_at === undefined) return undefined;
    const lease = await this.#redis.zscore(this.#keys.producing, run);
    return stateOf(run, hash, lease !== null && Number(lease) > (await this.#now()));
  }

  /** With what a run was begun. */
  async options(run: string): Promise<RunOptions> {
    let known = this.#options.get(run);
    if (known === undefined) {
      known = JSON.parse((await this.#redis.hget(this.#keys.run(run), 'options')) ?? '{}') as RunOptions;
      this.#options.set(run, known);
    }
    return known;
  }

  /** The newest runs first. */
  async list(most: number): Promise<RunState[]> {
    const runs = await this.#redis.zrevrange(this.#keys.runs, 0, most - 1);
    const states = await Promise.all(runs.map((run) => this.get(run)));
    return states.filter((state) => state !== undefined);
  }

  /**
   * Takes the run: one process reads its source and writes its report. False while another process has it. Renew within
   * 10 s; `reading` says whether rows may still come.
   */
  async lease(run: string, owner: string, reading: boolean): Promise<boolean> {
    const key = `${this.#keys.run(run)}:lease`;
    const mine =
      (await this.#redis.set(key, owner, 'PX', LEASE_MS, 'NX')) === 'OK' || (await this.#redis.get(key)) === owner;
    if (!mine) return false;
    const renewed = this.#redis.multi().pexpire(key, LEASE_MS);
    if (reading) renewed.zadd(this.#keys.producing, (await this.#now()) + LEASE_MS, run);
    await renewed.exec();
    return true;
  }

  /** No more rows come from this process. */
  async stoppedReading(run: string): Promise<void> {
    await this.#redis.zrem(this.#keys.producing, run);
  }

  /** Gives the run back; does nothing when another process has it by now. */
  async release(run: string, owner: string): Promise<void> {
    if ((await this.#redis.get(`${this.#keys.run(run)}:lease`)) !== owner) return;
    await this.#redis
      .multi()
      .del(`${this.#keys.run(run)}:lease`)
      .zrem(this.#keys.producing, run)
      .exec();
  }

  /** The server that has the run: another one after a failover, which may lack what was written last. */
  async server(run: string): Promise<string> {
    return serverOf(this.#redis, this.#keys.run(run));
  }

  /** Notes how far the source was read and all before is safely in Redis; given a `server`, on this one alone. */
  async checkpoint(run: string, rows: number, server = ''): Promise<Noted> {
    return this.#note(run, server, [rows, '', 0]);
  }

  /** A file was read to its end. */
  async fileDone(run: string, files: readonly RunFile[], rows: number, server = ''): Promise<Noted> {
    return this.#note(run, server, [rows, JSON.stringify(files), 0]);
  }

  /** Notes once more on the server where it was read to: a replica that has this has all of it. False on another one. */
  async witness(run: string, server: string): Promise<boolean> {
    return (await WITNESS.run(this.#redis, [this.#keys.run(run)], [server])) === 1;
  }

  /** Notes how contacts are looked up. */
  async noteLookup(run: string, lookup: RunLookup): Promise<void> {
    await this.#redis.hset(this.#keys.run(run), 'lookup', JSON.stringify(lookup));
  }

  /** The whole source was read. */
  async readDone(run: string, files: readonly RunFile[], rows: number, server = ''): Promise<Noted> {
    return this.#note(run, server, [rows, JSON.stringify(files), 1]);
  }

  async #note(run: string, server: string, what: (number | string)[]): Promise<Noted> {
    const answer = await NOTE_READ.run(this.#redis, [this.#keys.run(run)], [server, ...what]);
    return answer === -1 ? 'elsewhere' : answer === 1 ? 'cancelled' : 'noted';
  }

  /** Nothing of the run is sent from now on; its rows end as `cancelled`. False when there is no such run. */
  async cancel(run: string): Promise<boolean> {
    if ((await this.#redis.hexists(this.#keys.run(run), 'started_at')) === 0) return false;
    await this.#redis.hset(this.#keys.run(run), 'cancelled', await this.#now());
    return true;
  }

  async isCancelled(run: string): Promise<boolean> {
    return (await this.#redis.hexists(this.#keys.run(run), 'cancelled')) === 1;
  }

  /** Outcomes on their way to the report, at most `most`, oldest first. */
  async outcomes(run: string, most: number): Promise<string[]> {
    return this.#redis.lrange(`${this.#keys.run(run)}:log`, 0, most - 1);
  }

  /**
   * Drops the oldest outcomes, which now stand in the report between the given bytes: none twice, none lost, even when
   * the connection breaks and the command is sent again. False when the report did not end at the byte `before` or these
   * are not the oldest outcomes any more.
   */
  async drained(
    run: string,
    outcomes: readonly string[],
    reportDir: string,
    before: number,
    after: number,
  ): Promise<boolean> {
    const key = this.#keys.run(run);
    const args = [outcomes.length, reportDir, before, after, outcomes.at(-1)!];
    return (await DRAINED.run(this.#redis, [key, `${key}:log`], args)) === 1;
  }

  /** Bytes of the report that were written for good. */
  async drainedSoFar(run: string): Promise<number> {
    return Number((await this.#redis.hget(this.#keys.run(run), 'drained')) ?? 0);
  }

  /** The number of rows that have an outcome, counted anew from their bits. */
  async countDone(run: string): Promise<number> {
    return this.#redis.bitcount(`${this.#keys.run(run)}:done`);
  }

  /** How many outcomes are on their way to the report. */
  async waitingOutcomes(run: string): Promise<number> {
    return this.#redis.llen(`${this.#keys.run(run)}:log`);
  }

  /** As `archive`, unless it is history already. */
  async archiveOnce(run: string): Promise<void> {
    if ((await this.#redis.pttl(this.#keys.run(run))) === -1) await this.archive(run);
  }

  /** From now on the run is history: it is forgotten after 30 days. */
  async archive(run: string): Promise<void> {
    const key = this.#keys.run(run);
    await this.#redis
      .multi()
      .pexpire(key, KEEP_MS)
      .pexpire(`${key}:done`, KEEP_MS)
      .pexpire(`${key}:log`, KEEP_MS)
      .del(`${key}:rails`, `${key}:compared`)
      .zremrangebyscore(this.#keys.runs, '-inf', Date.now() - KEEP_MS)
      .exec();
  }

  async #now(): Promise<number> {
    return clockOf(this.#redis, this.#keys.runs);
  }
}
