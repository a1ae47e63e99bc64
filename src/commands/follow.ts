import { setTimeout as sleep } from 'node:timers/promises';
import { mostInFlight } from '../../config/pace.ts';
import type { Waiting } from '../pace/gate.ts';
import type { Progress } from '../report/progress.ts';
import type { Drain } from '../run/drain.ts';
import { OUTCOMES } from '../run/outcome.ts';
import type { RunState } from '../run/state.ts';
import type { Engine } from './engine.ts';
import { paceOf, sentenceOf } from './pace-words.ts';

/** Why following a run ended. */
export type Ended =
  | { how: 'finished'; state: RunState }
  | { how: 'stopped'; why: string; redis: boolean }
  | { how: 'interrupted'; signal: 'SIGINT' | 'SIGTERM' };

export interface FollowOptions {
  run: string;
  engine: Engine;
  drain: Drain;
  progress: Progress;
  /** What the reader of the source knows: the part of all bytes read. */
  fraction: () => number | null;
  waiting: () => Waiting | null;
  /** Why the reader pauses for want of room in Redis; null while it does not. */
  heldBack: () => string | null;
  signal: AbortSignal;
  /** Told how the run stands. */
  onState: (state: RunState) => void;
  /** A fault of the reader; ends following. */
  failed: () => unknown;
}

const LOOK_EVERY_MS = 150;

/** A look at Redis that takes longer than this means Redis is away, in milliseconds. */
const PATIENCE_MS = 3000;

/** Watches a run until it is finished, writing its outcomes down meanwhile, or until it cannot go on. */
export async function follow(options: FollowOptions): Promise<Ended> {
  const { engine, progress, signal } = options;
  const giveUpMs = engine.config.give_up_after * 1000;
  const startedAt = Date.now();
  let redisGoneSince: number | null = null;
  let last: RunState | undefined;
  /** Since when nothing moves for want of room in Redis. */
  let stuck: { settled: number; since: number } | undefined;
  let calls: Paced = { calls: 0, rate: 0, pace: undefined };
  const writing = new Writing(options.drain);
  for (;;) {
    if (signal.aborted) return { how: 'interrupted', signal: signal.reason as 'SIGINT' | 'SIGTERM' };
    const fault = options.failed();
    if (fault !== undefined) throw fault;
    writing.goOn();
    const looked = await withPatience(look(options));
    if (looked === 'too late') {
      redisGoneSince ??= Date.now() - PATIENCE_MS;
      if (last !== undefined)
        progress.update(lineOf(options, last, calls, 'Redis does not answer; going on when it is back'));
      if (Date.now() - redisGoneSince > giveUpMs)
        return { how: 'stopped', why: 'Redis was away too long', redis: true };
      continue;
    }
    redisGoneSince = null;
    if (looked === undefined)
      return { how: 'stopped', why: 'Redis no longer knows the run, its data was lost', redis: true };
    last = looked.state;
    options.onState(last);
    calls = looked.calls;
    const heldBack = options.heldBack();
    progress.update(
      lineOf(options, looked.state, looked.calls, sentenceOf(options.waiting()) ?? heldBack ?? undefined),
    );
    if (looked.state.finishedAt !== null) {
      await options.drain.step();
      return { how: 'finished', state: looked.state };
    }
    if (heldBack === null) stuck = undefined;
    else if (stuck?.settled !== last.settled) stuck = { settled: last.settled, since: Date.now() };
    if (stuck !== undefined && Date.now() - stuck.since > giveUpMs)
      return { how: 'stopped', why: 'Redis was nearly full too long', redis: false };
    const { cause, since } = looked;
    // Trouble that was there before is given its time once more: this run was asked to try again.
    const waiting = since === null ? 0 : Date.now() - Math.max(since, startedAt);
    if ((cause === 'outage' || cause === 'token-refused') && waiting > giveUpMs) {
      const why = cause === 'outage' ? 'Chatwoot was away too long' : 'Chatwoot refused the token too long';
      return { how: 'stopped', why, redis: false };
    }
    await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}

interface Paced {
  calls: number;
  rate: number;
  pace: string | undefined;
}

interface Look {
  state: RunState;
  calls: Paced;
  cause: string | null;
  since: number | null;
}

/** Writes outcomes down beside the looks: many of them take longer than Redis may take to answer. */
class Writing {
  readonly #drain: Drain;
  #busy = false;
  #fault: unknown;

  constructor(drain: Drain) {
    this.#drain = drain;
  }

  /** Begins to write down what is there, unless that is under way. Throws what ended it the last time. */
  goOn(): void {
    if (this.#fault !== undefined) throw this.#fault;
    if (this.#busy) return;
    this.#busy = true;
    this.#drain.step().then(
      () => {
        this.#busy = false;
      },
      (error: unknown) => {
        this.#fault = error;
      },
    );
  }
}

async function look({ run, engine }: FollowOptions): Promise<Look | undefined> {
  const [state, pace] = await Promise.all([engine.runs.get(run), engine.limiter.state()]);
  if (state === undefined) return undefined;
  return {
    state,
    calls: { calls: pace.count, rate: pace.rate, pace: paceOf(pace, engine.limiter.share) },
    cause: pace.cause,
    since: pace.since,
  };
}

async function withPatience<T>(work: Promise<T>): Promise<T | 'too late'> {
  const timer = new AbortController();
  const late = sleep(PATIENCE_MS, 'too late' as const, { signal: timer.signal }).catch(() => 'too late' as const);
  try {
    return await Promise.race([work, late]);
  } finally {
    timer.abort();
  }
}

function lineOf(options: FollowOptions, state: RunState, { calls, rate, pace }: Paced, waiting: string | undefined) {
  const { config } = options.engine;
  return {
    rowsRead: state.rows,
    rowsTotal: state.readDone ? state.rows : undefined,
    fraction: options.fraction() ?? undefined,
    settled: state.settled,
    outcomes: Object.fromEntries(OUTCOMES.map((outcome) => [outcome, state.outcomes[outcome]])),
    callsLastMinute: calls,
    rateLimit: rate,
    inFlight: mostInFlight(config),
    waiting,
    pace,
  };
}
