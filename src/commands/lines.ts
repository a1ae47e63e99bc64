import type { RunLine } from '../report/runs.ts';
import type { WorkerLine } from '../report/workers.ts';
import { NEEDS_ATTENTION, OUTCOMES } from '../run/outcome.ts';
import { type RunState, statusOf } from '../run/state.ts';
import type { RosterEntry } from '../worker/roster.ts';
import type { Engine } from './engine.ts';
import { sentenceOf } from './pace-words.ts';

/** A worker as `status` and the web page list it. */
export function workerLine({ name, sinceMs, seenMs, inFlight }: RosterEntry): WorkerLine {
  const at = (ms: number) => new Date(ms).toISOString();
  return { name, since: at(sinceMs), seen_at: at(seenMs), in_flight: inFlight };
}

/** Runs as `status`, `runs` and the web page list them. */
export async function runLines(engine: Engine, states: readonly RunState[]): Promise<RunLine[]> {
  const [workers, pace] = await Promise.all([engine.roster.size(), engine.limiter.state()]);
  const waiting =
    pace.cause === null
      ? undefined
      : sentenceOf({ cause: pace.cause, untilMs: pace.holdUntil ?? 0, sinceMs: pace.since, detail: '' });
  return states.map((state) => {
    const open = state.finishedAt === null;
    return {
      run: state.run,
      command: state.command,
      status: open && pace.cause === 'paused' ? 'paused' : statusOf(state),
      started_at: new Date(state.startedAt).toISOString(),
      duration_ms: (state.finishedAt ?? Date.now()) - state.startedAt,
      rows: state.rows,
      rows_total: state.readDone ? state.rows : undefined,
      settled: state.settled,
      attention: OUTCOMES.filter((o) => NEEDS_ATTENTION.has(o)).reduce((sum, o) => sum + state.outcomes[o], 0),
      waiting: open ? waiting : undefined,
      stopped: state.stop?.sentence,
      workers: open ? workers : undefined,
    };
  });
}
