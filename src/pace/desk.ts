import pLimit, { type LimitFunction } from 'p-limit';
import type { Answer, DeskRequest, NetworkFault } from '../chatwoot/answer.ts';
import type { ChatwootClient } from '../chatwoot/client.ts';
import { type Verdict, verdict } from '../chatwoot/verdict.ts';
import type { Call, CallKind } from '../run/summary.ts';
import { Blame } from './blame.ts';
import { Gate, type Pass, RECHECK_MS, type Waiting } from './gate.ts';
import type { Limiter } from './limiter.ts';
import type { Observed } from './slot.ts';
import { callOf } from './tally.ts';

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

/** A request on its way, with what has been made sure of. */
interface Ready {
  request: DeskRequest;
  preparedAt: number;
  pass?: Pass;
  /** When the slot was asked for, and when it came. */
  askedAt?: number;
  passedAt?: number;
  /** When the fence was asked last; absent when it was not. */
  fencedAt?: number | undefined;
}

/** An answer of Redis that takes longer than this comes to a process that may have lost its jobs meanwhile. */
const FROZEN_MS = 2000;

/** Calls that go together leave within so many milliseconds. */
const TOGETHER_MS = 8;

/** How much a wait for a place says about the next one: the mean of about the last ten. */
const NEWEST_SHARE = 0.1;

/**
 * Sends requests at their time. Everything that is not the row's doing is waited out here, for the whole fleet and
 * without using up an attempt: the pace, a 429, an outage, a refused token, the operator's pause.
 */
export class Desk {
  readonly #client: ChatwootClient;
  readonly #limiter: Limiter;
  readonly #options: DeskOptions;
  readonly #gate: Gate;
  readonly #blame: Blame;
  /** Jobs that find every place taken are ready to send when one is free: the desk never waits for our own Redis. Also tells how many are at the desk. */
  readonly places: LimitFunction;
  /** How long a place is waited for, in milliseconds. */
  #placeMs = 0;
  /** When everybody had to wait, or a run was stopped: what was made sure of before has to be made sure of again. */
  #heldAt = 0;

  constructor(client: ChatwootClient, limiter: Limiter, options: DeskOptions) {
    this.#client = client;
    this.#limiter = limiter;
    this.#options = options;
    this.#gate = new Gate(limiter, options.onWaiting ?? (() => undefined));
    this.#blame = new Blame(client, limiter, this.#gate);
    // A desk that is paced by its answers is met with one call at a time.
    this.places = pLimit(limiter.adaptive ? 1 : options.inFlight);
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
      const ready: Ready = { request, preparedAt: performance.now() };
      // Where a place is free soon, a slot is asked for outside: it will be used before it is old.
      if (this.#gate.atOnce && this.#placeMs < RECHECK_MS / 2 && !(await this.#passes(ready, options))) continue;
      const queuedAt = performance.now();
      const sent = await this.places(() => {
        this.#placeMs += NEWEST_SHARE * (performance.now() - queuedAt - this.#placeMs);
        return this.#sendOnce(ready, prepare, options, spare);
      });
      if (sent !== 'again') return sent;
    }
  }

  /** Something may have changed for requests that are ready, but for a place: each is prepared once more. */
  recheck(): void {
    this.#heldAt = performance.now();
  }

  /** Asks for a slot; false after a nap, when there was none. */
  async #passes(ready: Ready, options: SendOptions): Promise<boolean> {
    // What takes no time of its own is asked of Redis together: it is one way there and back.
    const asked = this.#gate.atOnce && options.fence !== undefined;
    const fencedAt = performance.now();
    ready.askedAt = fencedAt;
    const [pass] = await Promise.all([
      this.#gate.pass(ready.request.kind, options.signal),
      asked ? options.fence!() : undefined,
    ]);
    if (pass === null) return false;
    ready.pass = pass;
    ready.passedAt = performance.now();
    // After any wait the job may have been lost meanwhile.
    ready.fencedAt = asked && pass.atOnce ? fencedAt : undefined;
    return true;
  }

  async #sendOnce(
    ready: Ready,
    prepare: () => Promise<DeskRequest | null>,
    options: SendOptions,
    spare: { left: boolean },
  ): Promise<Sent | null | 'again'> {
    options.signal?.throwIfAborted();
    const now = performance.now();
    const late = ready.preparedAt <= this.#heldAt || now - ready.preparedAt > RECHECK_MS;
    // Whoever tries a desk out alone has the only slot there is, however long it takes to be used.
    const passed = this.#counts(ready) && (ready.pass!.probe || now - ready.passedAt! <= RECHECK_MS);
    const [again, may] = await Promise.all([late ? prepare() : ready.request, passed || this.#passes(ready, options)]);
    if (!may || !this.#counts(ready)) return 'again';
    const pass = ready.pass!;
    const request = pass.waited ? await prepare() : again;
    if (request === null) return null;
    // A process that was frozen between asking the fence and sending may have lost the job: the clock shows it.
    while (ready.fencedAt === undefined || performance.now() - ready.fencedAt > FROZEN_MS) {
      ready.fencedAt = performance.now();
      await options.fence?.();
    }
    if (this.#isOfPastWindow(ready)) return 'again';
    const sentAt = performance.now();
    const company = !pass.together ? 'alone' : sentAt - ready.passedAt! < TOGETHER_MS ? 'met' : 'late';
    const outcome = await this.#client.send(request);
    this.#observe(outcome, request.kind, performance.now() - sentAt, company);
    const nowMs = Date.now();
    const judged = verdict(outcome, { fields: options.fields?.() ?? [], windowMs: this.#options.windowMs, nowMs });
    options.onCall(callOf(request.kind, outcome));
    const sent = { request, at: pass.at, deskMs: outcome.type === 'answer' ? outcome.deskMs : null };
    if (judged.type !== 'later') {
      await this.#well(pass);
      return { ...sent, verdict: judged };
    }
    if (judged.scope === 'fleet') {
      this.#gate.lastWords = judged.detail;
      // Before it, for what is ready now; after it, for slots that were given out meanwhile.
      this.recheck();
      await this.#limiter.trip(judged.cause, judged.waitMs, pass.at);
      // A desk that refuses a token is there, so the other accounts need not wait for another try.
      if (judged.cause === 'token-refused' && pass.probe) await this.#limiter.clear('answers');
      this.recheck();
      return 'again';
    }
    if (await this.#blame.isDesks(pass, options)) {
      this.recheck();
      return 'again';
    }
    // It came back between this answer and the question how it is: that was still the outage, and no attempt.
    if (pass.probe && spare.left) {
      spare.left = false;
      return 'again';
    }
    return { ...sent, verdict: judged };
  }

  /** Whether the desk would count it in a later window than the limiter did: this process stood still for a while. */
  #isOfPastWindow({ pass, askedAt }: Ready): boolean {
    const windowOf = (ms: number) => Math.floor(ms / this.#options.windowMs);
    return !pass!.probe && windowOf(pass!.at + performance.now() - askedAt!) > windowOf(pass!.plannedFor);
  }

  /** Whether it has a slot that was asked for since everybody had to wait. */
  #counts({ pass, askedAt }: Ready): boolean {
    return pass !== undefined && (pass.probe || askedAt! > this.#heldAt);
  }

  /** What the desk's answers say of its load decides how many calls may be in flight. Nobody waits for it. */
  #observe(outcome: Answer | NetworkFault, kind: CallKind, wholeMs: number, company: Observed['company']): void {
    // What was refused or failed took the desk less or more than such a call does.
    if (outcome.type === 'fault' || outcome.status >= 300) return;
    this.#limiter.observe({ kind, deskMs: outcome.deskMs, wholeMs, company }).then(
      (most) => {
        this.places.concurrency = Math.min(most, this.#options.inFlight);
      },
      () => undefined,
    );
  }

  async #well(pass: Pass): Promise<void> {
    if (pass.probe) await this.#limiter.clear();
    else if (pass.streak) await this.#limiter.clear('streak');
  }
}
