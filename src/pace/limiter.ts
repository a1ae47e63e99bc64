import type { HoldCause } from '../chatwoot/verdict.ts';
import type { RedisClient } from '../redis/connect.ts';
import { Together } from '../redis/together.ts';
import { KNOWN_MS } from '../run/known-cost.ts';
import type { CallKind } from '../run/summary.ts';
import { OBSERVE } from './occupation.ts';
import { ACQUIRE, CLEAR, STREAK, TRIP } from './scripts.ts';
import type { LimiterOptions, Observed, PaceState, Slot } from './slot.ts';
import { paceState } from './state.ts';

/**
 * How much of the limit is planned for. The desk counts a call when it arrives, in clock minutes: what was let go at the
 * end of one minute may arrive in the next, and this margin is what keeps such a minute within the limit.
 */
const SHARE_OF_LIMIT = 0.98;

/** Chatwoot's own limit, in calls per minute (rack_attack.rb). */
const DEFAULT_RATE = 3000;

/** A slot further away than this is not reserved, so that a hold or a new rate is noticed at once, in milliseconds. */
const LONGEST_RESERVATION_MS = 1000;

/** So many different contacts failing in a row mean the desk is ill, not the contacts. */
const STREAK_OF_OUTAGE = 3;

/** Steps of pause spent on a streak while `GET /api` says all is well; after them the rows are to blame. */
const STREAK_STEPS = 4;

/** Rows in a row that may be to blame before the desk is suspected again. */
const ROWS_TO_BLAME = 20;

/** As ACQUIRE takes and gives them. */
type SlotWanted = readonly [urgent: 0 | 1, kind: string, knownMicros: number];
type SlotGiven = [number, number, string, number, number, string, number, number];

/**
 * The one limiter for every call to one desk, from any process, retries and health checks included. Several accounts of the desk
 * share it, each through a Limiter of its own.
 */
export class Limiter {
  readonly #redis: RedisClient;
  readonly #key: string;
  readonly #streak: string;
  readonly #wall: string;
  readonly #turns: string;
  /** What holds this account alone. */
  readonly #own: string;
  readonly #options: LimiterOptions;
  /** The rate this process was told, for when Redis forgot it: an hour without a call. */
  #rate = DEFAULT_RATE;
  readonly #slots: Together<SlotWanted, SlotGiven>;

  /** `tag` is the hash tag of the desk (`{cs:...}`). */
  constructor(redis: RedisClient, tag: string, options: LimiterOptions) {
    this.#redis = redis;
    this.#key = `${tag}:pace`;
    this.#streak = `${tag}:streak`;
    this.#wall = `${tag}:wall`;
    this.#turns = `${tag}:turns`;
    this.#own = `${tag}:${options.account}:hold`;
    this.#options = options;
    this.#slots = new Together(redis, 'acquire', (wanted) => this.#acquire(wanted));
  }

  /** Whether calls are held to a share of the desk's time. */
  get adaptive(): boolean {
    return this.#options.occupation !== undefined;
  }

  /** Part of the desk that may be taken now, between 0 and 1; 1 when nothing is held to a share. */
  get share(): number {
    return this.#options.occupation?.share() ?? 1;
  }

  /**
   * Asks for a slot. When granted, send after `waitMs`; otherwise ask again after it. `urgent` is for the health check of
   * a caller that already tries the desk out alone: it is paced, but does not wait for itself.
   */
  async acquire(kind: CallKind, how: 'normal' | 'urgent' = 'normal'): Promise<Slot> {
    const [granted, waitMs, cause, at, probe, since, streak, together] = await this.#slots.ask([
      how === 'urgent' ? 1 : 0,
      ...this.#occupied(kind),
    ]);
    if (granted === 1)
      return { granted: true, waitMs, at, probe: probe === 1, streak: streak === 1, together: together === 1 };
    const reason = cause as HoldCause | 'pace' | 'paused';
    return { granted: false, waitMs, at, cause: reason, since: since === '' ? null : Number(since) };
  }

  /** What a call of this kind is held to, beside the rate, and what it costs as far as nothing better is known. */
  #occupied(kind: CallKind): [string, number] {
    return this.#options.occupation === undefined ? ['', 0] : [kind, KNOWN_MS[kind] * 1000];
  }

  async #acquire(wanted: readonly SlotWanted[]): Promise<SlotGiven[]> {
    const { probeMs, windowMs, occupation, account } = this.#options;
    const share = occupation === undefined ? 0 : thousandths(occupation.share());
    const limits = [SHARE_OF_LIMIT, LONGEST_RESERVATION_MS, probeMs, windowMs, this.#rate, share, account];
    const keys = [this.#key, this.#streak, this.#wall, this.#turns, this.#own];
    return (await ACQUIRE.run(this.#redis, keys, [...limits, ...wanted.flat()])) as SlotGiven[];
  }

  /** Learns what a call cost the desk; says how many may be in flight in this process. Without occupation: any number. */
  async observe({ kind, deskMs, wholeMs, company }: Observed): Promise<number> {
    const { occupation } = this.#options;
    if (occupation === undefined) return Number.POSITIVE_INFINITY;
    const micros = [deskMs === null ? '' : Math.round(deskMs * 1000), Math.round(wholeMs * 1000)];
    const args = [kind, ...micros, company, thousandths(occupation.share())];
    return (await OBSERVE.run(this.#redis, [this.#key], args)) as number;
  }

  /**
   * Holds the whole fleet, for a refused token its part that works for this account. `waitMs` null: the next growing step. Up to a
   * second of jitter keeps the fleet from starting as one.
   */
  async trip(
    cause: HoldCause,
    waitMs: number | null,
    grantedAt: number,
  ): Promise<{ holdUntil: number; level: number }> {
    const { firstStepMs, longestStepMs, windowMs } = this.#options;
    const spread = cause === 'rate-limited' ? Math.min(1000, windowMs / 20) : Math.min(500, firstStepMs / 2);
    const jitter = Math.round(this.#options.random() * spread) + (cause === 'rate-limited' ? 50 : 0);
    const [holdUntil, level] = (await TRIP.run(
      this.#redis,
      [cause === 'token-refused' ? this.#own : this.#key, this.#wall],
      [cause, waitMs ?? '', jitter, grantedAt, firstStepMs, longestStepMs, windowMs],
    )) as [number, number];
    return { holdUntil, level };
  }

  /**
   * The trouble is over: the desk is well, or the operator says so; `answers`: it is there, though this row failed or the token was
   * refused; `streak`: a row went well, which only ends a streak of others that failed.
   */
  async clear(how: 'well' | 'answers' | 'streak' = 'well'): Promise<void> {
    await CLEAR.run(this.#redis, [this.#key, this.#streak, this.#own], [how]);
  }

  /** The desk has just answered somebody who asks outside the queue: one caller may try at once, whatever the pause was. */
  async tryNow(): Promise<void> {
    const cause = await this.#redis.hget(this.#key, 'cause');
    if (cause === 'outage') await this.#redis.hdel(this.#key, 'hold_until');
    await this.#redis.hdel(this.#own, 'hold_until');
  }

  /**
   * Counts the different contacts that failed in a row, over the whole fleet, and says whether that is an outage; `waitMs`
   * is the pause to take then, null for the next growing step.
   */
  async streak(
    contact: string,
    grantedAt: number,
  ): Promise<{ outage: boolean; contacts: number; waitMs: number | null }> {
    const { firstStepMs, longestStepMs } = this.#options;
    const [outage, contacts, waitMs] = (await STREAK.run(
      this.#redis,
      [this.#streak, this.#key],
      [contact, grantedAt, STREAK_OF_OUTAGE, STREAK_STEPS, ROWS_TO_BLAME, firstStepMs, longestStepMs],
    )) as [number, number, string];
    return { outage: outage === 1, contacts, waitMs: waitMs === '' ? null : Number(waitMs) };
  }

  /** Whether a hold or pause began since a slot was reserved. */
  async held(): Promise<boolean> {
    const all = await Promise.all([this.#key, this.#own].map((key) => this.#redis.hmget(key, 'hold_until', 'paused')));
    return all.some(([hold, paused]) => paused != null || Number(hold ?? 0) > Date.now());
  }

  /** Sets the limit in calls per minute; running workers notice with their next call. */
  async setRate(perMinute: number, how: 'always' | 'if-unset'): Promise<void> {
    this.#rate = perMinute;
    if (how === 'always') await this.#redis.hset(this.#key, 'rate', perMinute);
    else await this.#redis.hsetnx(this.#key, 'rate', perMinute);
  }

  /** Pauses the whole desk, or this account alone. */
  async pause(what: 'desk' | 'account' = 'desk'): Promise<void> {
    const key = what === 'desk' ? this.#key : this.#own;
    await this.#redis.multi().hset(key, 'paused', Date.now()).persist(key).exec();
  }

  /** Ends the operator's pause and any hold: of the account, and of the desk unless only the account is meant. */
  async resume(what: 'desk' | 'account' = 'desk'): Promise<void> {
    await this.#redis.del(this.#own);
    if (what === 'account') return;
    await this.#redis.hdel(this.#key, 'paused');
    await this.clear();
  }

  /** How it stands with this account: what holds it alone is told when nothing holds the whole desk. */
  async state(): Promise<PaceState> {
    return paceState(this.#redis, this.#key, this.#own, {
      windowMs: this.#options.windowMs,
      rate: this.#rate,
      adaptive: this.adaptive,
    });
  }
}

function thousandths(part: number): number {
  return Math.max(1, Math.round(part * 1000));
}
