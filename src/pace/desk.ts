import { setTimeout as sleep } from 'node:timers/promises';
import pLimit, { type LimitFunction } from 'p-limit';
import type { Answer, DeskRequest, NetworkFault } from '../chatwoot/answer.ts';
import type { ChatwootClient } from '../chatwoot/client.ts';
import { healthOf } from '../chatwoot/health.ts';
import { type HoldCause, type Verdict, verdict } from '../chatwoot/verdict.ts';
import type { Call, CallKind } from '../run/summary.ts';
import type { Limiter } from './limiter.ts';

/** A verdict that concerns this request alone; whatever concerns the fleet was waited out. */
export type RowVerdict = Exclude<Verdict, { scope: 'fleet' }>;

/** What became of a request, and what it cost. */
export interface Sent {
  verdict: RowVerdict;
  request: DeskRequest;
  /** Redis clock when the slot was granted, epoch milliseconds: what was read is not older than this. */
  at: number;
  deskMs: number | null;
}

/** Why calls are waiting, for the progress line and the log. */
export interface Waiting {
  cause: HoldCause | 'paused';
  untilMs: number;
  sinceMs: number | null;
  detail: string;
}

export interface SendOptions {
  /** Names of the fields in the request that was sent last. */
  fields?: () => readonly string[];
  /** What fails when this fails (a contact): several different ones in a row mean the desk is ill. Absent on a second attempt. */
  subject?: string;
  /** Ends waiting; a call that is under way is finished all the same. */
  signal?: AbortSignal;
  /** The last check before the bytes leave (the job's lock); throws when this worker may not send any more. */
  fence?: () => Promise<void>;
  onCall: (call: Call) => void;
}

export interface DeskOptions {
  windowMs: number;
  /** Most calls in flight in this process. */
  inFlight: number;
  onWaiting?: (waiting: Waiting | null) => void;
}

/** A reserved slot further away than this is checked again before it is used, in milliseconds. */
const RECHECK_MS = 50;

/** An answer of Redis that takes longer than this comes to a process that may have lost its jobs meanwhile. */
const FROZEN_MS = 2000;

/** Longest sleep before asking again, in milliseconds: so soon a `resume`, a `cancel` or a new rate is noticed. */
const LONGEST_NAP_MS = 1000;

/**
 * Sends requests at their time. Everything that is not the row's doing is waited out here, for the whole fleet and
 * without using up an attempt: the pace, a 429, an outage, a refused token, the operator's pause.
 */
export class Desk {
  readonly #client: ChatwootClient;
  readonly #limiter: Limiter;
  readonly #options: DeskOptions;
  /** Jobs that find every place taken are ready to send when one is free: the desk never waits for our own Redis. */
  readonly #places: LimitFunction;
  /** The last slot came without waiting, so the next probably will. */
  #atOnce = false;
  #waiting: HoldCause | 'paused' | null = null;
  #lastWords = '';

  constructor(client: ChatwootClient, limiter: Limiter, options: DeskOptions) {
    this.#client = client;
    this.#limiter = limiter;
    this.#options = options;
    this.#places = pLimit(options.inFlight);
  }

  /**
   * Sends what `prepare` returns. `prepare` is asked again after every wait, since what is to be sent may have changed
   * meanwhile; null from it ends the matter (null is returned).
   */
  async send(prepare: () => Promise<DeskRequest | null>, options: SendOptions): Promise<Sent | null> {
    const spare = { left: true };
    for (;;) {
      options.signal?.throwIfAborted();
      const request = await prepare();
      if (request === null) return null;
      const preparedAt = performance.now();
      const sent = await this.#places(() => this.#sendOnce(request, preparedAt, prepare, options, spare));
      if (sent !== 'again') return sent;
    }
  }

  async #sendOnce(
    prepared: DeskRequest,
    preparedAt: number,
    prepare: () => Promise<DeskRequest | null>,
    options: SendOptions,
    spare: { left: boolean },
  ): Promise<Sent | null | 'again'> {
    options.signal?.throwIfAborted();
    // What takes no time of its own is asked of Redis together: it is one way there and back.
    const atOnce = this.#atOnce;
    let fencedAt = performance.now();
    const late = fencedAt - preparedAt > RECHECK_MS;
    const [again, slot] = await Promise.all([
      late ? prepare() : prepared,
      this.#slot(options.signal),
      atOnce ? options.fence?.() : undefined,
    ]);
    if (slot === null) return 'again';
    const request = slot.waited ? await prepare() : again;
    if (request === null) return null;
    // After any wait the job may have been lost meanwhile.
    // So may it when the process was frozen between asking the fence and sending: the clock shows it.
    for (let asked = atOnce && slot.atOnce; !asked || performance.now() - fencedAt > FROZEN_MS; asked = true) {
      fencedAt = performance.now();
      await options.fence?.();
    }
    const outcome = await this.#client.send(request);
    const nowMs = Date.now();
    const judged = verdict(outcome, { fields: options.fields?.() ?? [], windowMs: this.#options.windowMs, nowMs });
    options.onCall(callOf(request.kind, outcome));
    const sent = { request, at: slot.at, deskMs: outcome.type === 'answer' ? outcome.deskMs : null };
    if (judged.type !== 'later') {
      await this.#well(slot);
      return { ...sent, verdict: judged };
    }
    if (judged.scope === 'fleet') {
      this.#lastWords = judged.detail;
      await this.#limiter.trip(judged.cause, judged.waitMs, slot.at);
      return 'again';
    }
    if (await this.#deskIsIll(slot, options)) return 'again';
    // It came back between this answer and the question how it is: that was still the outage, and no attempt.
    if (slot.probe && spare.left) {
      spare.left = false;
      return 'again';
    }
    return { ...sent, verdict: judged };
  }

  /** A slot in time, or null after a nap: the caller looks at its mailbox again before the next try. */
  async #slot(
    signal: AbortSignal | undefined,
  ): Promise<{ at: number; atOnce: boolean; waited: boolean; probe: boolean; streak: boolean } | null> {
    const slot = await this.#limiter.acquire();
    const atOnce = slot.granted && slot.waitMs === 0;
    this.#atOnce = atOnce;
    if (!slot.granted) {
      if (slot.cause !== 'pace') this.#nowWaiting(slot.cause, slot.waitMs, slot.since);
      await sleep(Math.min(slot.waitMs, LONGEST_NAP_MS), undefined, signal === undefined ? {} : { signal });
      return null;
    }
    this.#nowWaiting(null, 0, null);
    if (slot.waitMs > 0) await sleep(slot.waitMs, undefined, signal === undefined ? {} : { signal });
    const waited = slot.waitMs > RECHECK_MS;
    if (waited && (await this.#limiter.held())) return null;
    return { at: slot.at, atOnce, waited, probe: slot.probe, streak: slot.streak };
  }

  async #well(slot: { probe: boolean; streak: boolean }): Promise<void> {
    if (slot.probe) await this.#limiter.clear();
    else if (slot.streak) await this.#limiter.clear('streak');
  }

  /**
   * Decides who is to blame for a 500, a timeout, a reset or a strange answer. `GET /api` answers 200 in all of Chatwoot's
   * own troubles and names the part that fails; three different contacts in a row are an outage whatever it says.
   */
  async #deskIsIll(slot: { at: number; probe: boolean; streak: boolean }, options: SendOptions): Promise<boolean> {
    const health = await this.#health(options);
    if (health === null) return true;
    if (health !== 'well') {
      this.#lastWords = health;
      await this.#limiter.trip('outage', null, slot.at);
      return true;
    }
    if (options.subject !== undefined) {
      const { outage, contacts, waitMs } = await this.#limiter.streak(options.subject, slot.at);
      if (outage) {
        this.#lastWords = `${contacts} contacts in a row failed`;
        await this.#limiter.trip('outage', waitMs, slot.at);
        return true;
      }
    }
    if (slot.probe) await this.#limiter.clear('answers');
    return false;
  }

  /** `well`, or what is wrong; null when the whole fleet was held meanwhile. It costs a slot like any call. */
  async #health(options: SendOptions): Promise<string | null> {
    const request: DeskRequest = { kind: 'other', method: 'GET', path: '/api', requestId: 'health', timeoutMs: 5000 };
    for (;;) {
      const slot = await this.#limiter.acquire('urgent');
      if (!slot.granted && slot.cause !== 'pace') return null;
      if (slot.waitMs > 0)
        await sleep(slot.waitMs, undefined, options.signal === undefined ? {} : { signal: options.signal });
      if (slot.granted) break;
    }
    const outcome = await this.#client.send(request);
    options.onCall(callOf('other', outcome));
    return healthOf(outcome);
  }

  #nowWaiting(cause: HoldCause | 'paused' | null, waitMs: number, sinceMs: number | null): void {
    if (cause === this.#waiting) return;
    this.#waiting = cause;
    const detail = this.#lastWords;
    this.#options.onWaiting?.(cause === null ? null : { cause, untilMs: Date.now() + waitMs, sinceMs, detail });
  }
}

/** The books' view of one call. */
export function callOf(kind: CallKind, outcome: Answer | NetworkFault): Call {
  if (outcome.type === 'fault') return { kind, deskMs: null, status: null, rateLimited: false };
  return { kind, deskMs: outcome.deskMs, status: outcome.status, rateLimited: outcome.status === 429 };
}
