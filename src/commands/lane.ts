import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Config } from '../../config/schema.ts';
import { PreflightError } from '../chatwoot/preflight.ts';
import type { Rules } from '../chatwoot/version.ts';
import { within } from '../worker/within.ts';
import type { Console } from './console.ts';
import type { Engine } from './engine.ts';
import type { ConfiguredFetch } from './fetches.ts';
import { Fetching } from './fetching.ts';
import { openLasting } from './lasting.ts';
import { Scribe } from './scribe.ts';
import { startWorkers, type Workers } from './start-workers.ts';

/** A Chatwoot that cannot be worked with is tried again after so long, in milliseconds; doubles up to the longest. */
const AGAIN_MS = 2000;
const LONGEST_AGAIN_MS = 60_000;

/** How long calls that are under way may take after the first signal, in milliseconds. */
const GRACE_MS = 15_000;

/** How long workers that are just beginning may take to, in milliseconds; longer only when Redis gives no answer. */
const BEGINNING_MS = 2000;

/** What a first look at Chatwoot found: what its version needs, or why it cannot be worked with. */
export type Found = { rules: Rules } | { away: PreflightError };

/**
 * What a lasting process does for one account. Each account has an engine, connections, places and workers of its own, and
 * nothing here waits for another account or its server.
 */
export class Lane {
  readonly engine: Engine;
  readonly fetching: Fetching;
  readonly #console: Console;
  readonly #scribe: Scribe;
  #workers: Workers | undefined;
  /** It was told to end, perhaps while it was still beginning. */
  #isOver = false;
  #starting: Promise<unknown> = Promise.resolve();

  private constructor(engine: Engine, fetches: readonly ConfiguredFetch[], console: Console) {
    this.engine = engine;
    this.fetching = new Fetching(engine, fetches);
    this.#scribe = new Scribe(engine);
    this.#console = console;
  }

  /** Connects to Redis; Chatwoot is not called. */
  static async open(config: Config, log: Logger, console: Console, fetches: readonly ConfiguredFetch[]): Promise<Lane> {
    const named = Object.keys(config.accounts).length > 0;
    const engine = await openLasting(config, named ? log.child({ account: config.account }) : log, console);
    return new Lane(engine, fetches, console);
  }

  /** How the account is called where there are several. */
  get name(): string {
    const { baseUrl, accountId } = this.engine.access;
    return `account ${accountId} at ${baseUrl}`;
  }

  /** Looks once whether Chatwoot can be worked with. Rejects when Redis does. */
  async look(): Promise<Found> {
    try {
      return { rules: await this.engine.preflight() };
    } catch (error) {
      if (error instanceof PreflightError) return { away: error };
      throw error;
    }
  }

  /**
   * Tries until Chatwoot can be worked with, with growing pauses, and says why it waits. Undefined when told to stop before.
   *
   * @param first what a look found that was just taken
   * @param meanwhile what else is said to whoever waits
   */
  async reach(signal: AbortSignal, first?: Found, meanwhile = ''): Promise<Rules | undefined> {
    let found = first;
    const { log } = this.engine;
    let said = '';
    for (let pause = AGAIN_MS; !signal.aborted; pause = Math.min(pause * 2, LONGEST_AGAIN_MS)) {
      const now = found ?? (await this.#lookWhile(signal));
      found = undefined;
      if (now === undefined || signal.aborted) return undefined;
      if ('rules' in now) {
        if (said !== '') log.info({ event: 'account.reached' }, 'account.reached');
        return now.rules;
      }
      const { code, message } = now.away;
      if (message !== said) {
        said = message;
        log.warn({ event: 'account.waiting', cause: code }, message);
        this.#console.say(`waiting for ${this.name}: ${message}${meanwhile}`);
      }
      await sleep(pause, undefined, { signal }).catch(() => undefined);
    }
    return undefined;
  }

  /** Begins to work; false when it was told to end meanwhile. */
  async work(rules: Rules): Promise<boolean> {
    if (this.#isOver) return false;
    const starting = startWorkers(this.engine, rules);
    this.#starting = starting;
    const workers = await starting;
    if (this.#isOver) {
      // Nobody would stop them any more, and the process would never end.
      await Promise.all([workers.pool.stop(0), workers.chores.stop()]);
      return false;
    }
    this.#workers = workers;
    this.fetching.start();
    this.#scribe.start();
    return true;
  }

  /** Lets what is under way come to its end. */
  async stop(): Promise<void> {
    this.#isOver = true;
    this.engine.letGo();
    // What begins is not cut off in the middle: Redis may be let go of only when nobody asks it any more.
    await within(BEGINNING_MS, this.#starting);
    await Promise.all([this.#workers?.pool.stop(GRACE_MS), this.#workers?.chores.stop(), this.fetching.stop()]);
    if (this.#workers !== undefined) await this.#scribe.stop();
  }

  /** Ends everything at once; after `stop` there is nothing left to wait for. `last` is done before Redis is let go. */
  async close(last?: () => Promise<void>): Promise<void> {
    this.#isOver = true;
    await this.#workers?.pool.stop(0);
    await this.#workers?.chores.stop();
    await this.fetching.close();
    if (this.#workers !== undefined) await this.#scribe.stop();
    await last?.();
    await this.engine.close();
  }

  /** A server that hangs must not hold up the end of the process. */
  async #lookWhile(signal: AbortSignal): Promise<Found | undefined> {
    const over = new AbortController();
    const stopped = once(signal, 'abort', { signal: over.signal }).then(
      () => undefined,
      () => undefined,
    );
    try {
      return await Promise.race([this.look(), stopped]);
    } finally {
      over.abort();
    }
  }
}
