import { performance } from 'node:perf_hooks';
import type { Reply } from './reply.ts';
import type { Work } from './work.ts';

/** How the desk's web processes are modelled. */
export interface DeskOptions {
  /** Puma processes, one core each. Default 1. */
  processes?: number;
  /** Threads per process. Default 5 (RAILS_MAX_THREADS). */
  threads?: number;
  /** Multiplies every cost; 0.5 is a machine twice as fast. Default 1. */
  scale?: number;
  /** Milliseconds of core a request takes outside x-runtime (Puma, Rack). Default 2. */
  overheadMs?: number;
}

/** What became of one request. */
export interface Served {
  reply: Reply;
  /** What x-runtime reports: seconds of wall time in service, time in the queue not counted. */
  runtimeSeconds: number;
  /** Milliseconds in the queue before a thread was free. */
  queuedMs: number;
}

interface Job {
  start: () => Work;
  arrivedAt: number;
  startedAt: number;
  /** Milliseconds of core still needed. */
  left: number;
  /** Share of the demand that x-runtime sees. */
  seen: number;
  finish: () => Reply;
  done: (served: Served) => void;
}

interface Core {
  jobs: Set<Job>;
  /** The moment up to which the jobs' work is accounted for. */
  at: number;
}

/**
 * Puma as measured: a process is one core shared equally by the requests in its threads (two of them take twice as
 * long each), and a queue in arrival order in front when all threads are busy. Driven by events: between two of them
 * the shares are constant, so one timer for the next completion is enough.
 */
export class Desk {
  readonly #cores: Core[];
  readonly #threads: number;
  readonly #scale: number;
  readonly #overheadMs: number;
  readonly #queue: Job[] = [];
  #timer: NodeJS.Timeout | NodeJS.Immediate | undefined;
  #closed = false;

  constructor(options: DeskOptions = {}) {
    this.#cores = Array.from({ length: options.processes ?? 1 }, () => ({ jobs: new Set<Job>(), at: 0 }));
    this.#threads = options.threads ?? 5;
    this.#scale = options.scale ?? 1;
    this.#overheadMs = options.overheadMs ?? 2;
  }

  /** Requests waiting for a thread. */
  get queued(): number {
    return this.#queue.length;
  }

  /** Takes a request up when a thread is free, and answers when its work is done. */
  serve(start: () => Work): Promise<Served> {
    return new Promise((done) => {
      const now = performance.now();
      const job: Job = { start, arrivedAt: now, startedAt: 0, left: 0, seen: 1, finish: unstarted, done };
      this.#advance(now);
      this.#queue.push(job);
      this.#fill(now);
      this.#arm();
    });
  }

  /** Drops everything in service and in the queue. */
  close(): void {
    this.#closed = true;
    this.#disarm();
    this.#queue.length = 0;
    for (const core of this.#cores) core.jobs.clear();
  }

  /** Plays all completions up to a moment, each at its own time. */
  #advance(now: number): void {
    for (;;) {
      const next = this.#nextCompletion();
      if (!next || next.at > now) break;
      this.#progress(next.core, next.at);
      next.core.jobs.delete(next.job);
      this.#complete(next.job, next.at);
      this.#fill(next.at);
    }
    for (const core of this.#cores) this.#progress(core, now);
  }

  #progress(core: Core, at: number): void {
    const each = (at - core.at) / Math.max(1, core.jobs.size);
    for (const job of core.jobs) job.left -= each;
    core.at = at;
  }

  #fill(at: number): void {
    while (this.#queue.length > 0) {
      const core = this.#cores.reduce((best, other) => (other.jobs.size < best.jobs.size ? other : best));
      if (core.jobs.size >= this.#threads) return;
      const job = this.#queue.shift()!;
      this.#progress(core, Math.max(at, core.at));
      const work = job.start();
      const ms = work.ms * this.#scale;
      job.startedAt = at;
      job.left = ms + this.#overheadMs * this.#scale;
      job.seen = job.left === 0 ? 1 : ms / job.left;
      job.finish = work.finish;
      core.jobs.add(job);
    }
  }

  #complete(job: Job, at: number): void {
    const runtimeSeconds = ((at - job.startedAt) * job.seen) / 1000;
    job.done({ reply: job.finish(), runtimeSeconds, queuedMs: job.startedAt - job.arrivedAt });
  }

  #nextCompletion(): { core: Core; job: Job; at: number } | undefined {
    let next: { core: Core; job: Job; at: number } | undefined;
    for (const core of this.#cores) {
      for (const job of core.jobs) {
        const at = core.at + Math.max(0, job.left) * core.jobs.size;
        if (!next || at < next.at) next = { core, job, at };
      }
    }
    return next;
  }

  /** Timers are a millisecond coarse and late; the last stretch is waited in turns of the event loop. */
  #arm(): void {
    this.#disarm();
    const next = this.#closed ? undefined : this.#nextCompletion();
    if (!next) return;
    const wait = next.at - performance.now();
    const tick = (): void => {
      this.#timer = undefined;
      this.#advance(performance.now());
      this.#arm();
    };
    this.#timer = wait > 1.5 ? setTimeout(tick, Math.floor(wait - 0.5)) : setImmediate(tick);
  }

  #disarm(): void {
    clearTimeout(this.#timer as NodeJS.Timeout);
    clearImmediate(this.#timer as NodeJS.Immediate);
    this.#timer = undefined;
  }
}

function unstarted(): Reply {
  throw new Error('the desk finished a request that it never started');
}
