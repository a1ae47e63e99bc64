import type { Waiting } from '../pace/gate.ts';
import { createProgress } from '../report/progress.ts';
import { Drain } from '../run/drain.ts';
import type { RunState } from '../run/state.ts';
import { closeLog } from './console.ts';
import { type Ended, follow } from './follow.ts';
import { forgetPlan } from './forget-plan.ts';
import type { RunLease } from './lease.ts';
import { onSignals } from './signals.ts';
import { type Errand, type Started, start } from './start.ts';
import { startWorkers, type Workers } from './start-workers.ts';

/** How long calls that are under way may take after the first signal, in milliseconds. */
const GRACE_MS = 15_000;

/** What a journey does at its end; returns the exit code. */
export type Conclude = (started: Started, ended: Ended) => Promise<number>;

/**
 * The road from a source to its outcomes, with readers and workers in this process: the same for a sync, a plan that stops
 * before the first write, and an undo.
 */
export async function journey(errand: Omit<Errand, 'onWaiting' | 'onHeldBack'>, conclude: Conclude): Promise<number> {
  let waiting: Waiting | null = null;
  let heldBack: string | null = null;
  const onWaiting = (now: Waiting | null) => {
    waiting = now;
  };
  // From the first moment on: once its run has begun, it comes to a tidy end whenever it is told to.
  const signals = onSignals({ preparing: true });
  const started = await start({
    ...errand,
    onWaiting,
    onHeldBack: (why) => {
      heldBack = why;
    },
  });
  signals.begun();
  const { engine, run, console, log } = started;
  let workers: Workers | undefined;
  let lease: RunLease | undefined;
  try {
    await errand.onStarted?.(started);
    // Before the lease: what a killed process left behind goes on while its lease runs out.
    workers = await startWorkers(engine, started.rules);
    const { pool, chores } = workers;
    const held = await started.takeLease();
    lease = held;
    const drain = await Drain.open(engine.runs, started.state, started.books);
    const progress = createProgress(process.stderr, { now: Date.now, quiet: console.quiet });
    const reading = new AbortController();
    let fraction: number | null = null;
    let fault: unknown;
    let isRead = false;
    let say = (sentence: string) => progress.note(sentence);
    const readAll = async (): Promise<void> => {
      await started.read(reading.signal, {
        onProgress: (_rows, part) => {
          fraction = part ?? fraction;
        },
        say: (sentence) => say(sentence),
      });
      await held.stoppedReading();
      await chores.flush();
      isRead = true;
    };
    const noted = (work: Promise<void>): Promise<void> =>
      work.catch((error: unknown) => {
        if (!reading.signal.aborted) fault = error;
      });
    let producing = noted(readAll());
    /** Without a replica that confirmed, a failover can lose rows that were read, and with them that all were. */
    const readAgain = ({ readDone, finishedAt }: RunState): void => {
      if (!isRead || readDone || finishedAt !== null) return;
      isRead = false;
      console.say('Redis was replaced and lacks the last rows: reading them once more.');
      producing = noted(held.readsAgain().then(readAll));
    };
    let ended: Ended;
    try {
      ended = await follow({
        run,
        engine,
        drain,
        progress,
        fraction: () => fraction,
        waiting: () => waiting,
        onState: readAgain,
        heldBack: () => heldBack,
        signal: signals.signal,
        failed: () => fault,
      });
    } finally {
      progress.finish();
      say = (sentence) => console.say(sentence);
      reading.abort();
      engine.letGo();
      await Promise.all([pool.stop(GRACE_MS), chores.stop(), producing]);
    }
    // What workers settled while they were stopped belongs into the report too, and a move under way comes to its end.
    if (ended.how === 'finished' || !engine.letGo()) await drain.step();
    await drain.close();
    return await conclude(started, ended);
  } finally {
    signals.end();
    await workers?.pool.stop(0);
    await workers?.chores.stop();
    await lease?.release().catch(() => undefined);
    if (engine.planning) await forgetPlan(started).catch(() => undefined);
    await engine.close();
    await closeLog(log);
  }
}
