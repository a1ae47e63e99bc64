import { setTimeout as sleep } from 'node:timers/promises';
import type { HoldCause } from '../chatwoot/verdict.ts';
import type { CallKind } from '../run/summary.ts';
import type { Limiter } from './limiter.ts';

/** Why calls are waiting, for the progress line and the log. */
export interface Waiting {
  cause: HoldCause | 'paused';
  untilMs: number;
  sinceMs: number | null;
  detail: string;
}

/** A call that may be made now. */
export interface Pass {
  /** Redis clock when the slot was granted, epoch milliseconds. */
  at: number;
  /** When it is to be sent, on the same clock. */
  plannedFor: number;
  /** It came without waiting. */
  atOnce: boolean;
  /** So much time went by that what is to be sent may have changed. */
  waited: boolean;
  /** Its caller alone tries a desk out that was down. */
  probe: boolean;
  /** Others failed just before. */
  streak: boolean;
  /** It goes at one time with others, to see whether the desk does them at once. */
  together: boolean;
}

/** What is older than this is looked at again before it is used, in milliseconds. */
export const RECHECK_MS = 100;

/** Longest sleep before asking again, in milliseconds: so soon a `resume`, a `cancel` or a new rate is noticed. */
const LONGEST_NAP_MS = 1000;

/** Lets calls through at their time, and tells when there is something to wait for. */
export class Gate {
  readonly #limiter: Limiter;
  readonly #onWaiting: (waiting: Waiting | null) => void;
  #atOnce = false;
  #waiting: HoldCause | 'paused' | null = null;
  /** What the desk said last when everybody had to wait. */
  lastWords = '';

  constructor(limiter: Limiter, onWaiting: (waiting: Waiting | null) => void) {
    this.#limiter = limiter;
    this.#onWaiting = onWaiting;
  }

  /** The last pass came without waiting, so the next probably will. */
  get atOnce(): boolean {
    return this.#atOnce;
  }

  /** A pass in time, or null after a nap: the caller looks at its mailbox again before the next try. */
  async pass(kind: CallKind, signal: AbortSignal | undefined): Promise<Pass | null> {
    const slot = await this.#limiter.acquire(kind);
    const atOnce = slot.granted && slot.waitMs === 0;
    this.#atOnce = atOnce;
    const options = signal === undefined ? {} : { signal };
    if (!slot.granted) {
      if (slot.cause !== 'pace') this.#nowWaiting(slot.cause, slot.waitMs, slot.since);
      await sleep(Math.min(slot.waitMs, LONGEST_NAP_MS), undefined, options);
      return null;
    }
    this.#nowWaiting(null, 0, null);
    if (slot.waitMs > 0) await sleep(slot.waitMs, undefined, options);
    const waited = slot.waitMs > RECHECK_MS;
    if (waited && (await this.#limiter.held())) return null;
    const plannedFor = slot.at + slot.waitMs;
    return { at: slot.at, plannedFor, atOnce, waited, probe: slot.probe, streak: slot.streak, together: slot.together };
  }

  #nowWaiting(cause: HoldCause | 'paused' | null, waitMs: number, sinceMs: number | null): void {
    if (cause === this.#waiting) return;
    this.#waiting = cause;
    const detail = this.lastWords;
    this.#onWaiting(cause === null ? null : { cause, untilMs: Date.now() + waitMs, sinceMs, detail });
  }
}
