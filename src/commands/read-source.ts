import type { Definitions } from '../contact/attribute.ts';
import { produce } from '../producer/produce.ts';
import type { PlannedSource } from '../producer/source.ts';
import { Headroom } from '../redis/headroom.ts';
import { burying } from './bury.ts';
import type { Engine } from './engine.ts';
import { findOut } from './find-out.ts';

export interface Reading {
  files: readonly PlannedSource[];
  definitions: Definitions | undefined;
  /** Whether rows of which nothing is to be done have a line each, too. */
  everyRow: boolean;
  signal: AbortSignal;
  onProgress: (rows: number, fraction: number | null) => void;
  /** Told why reading pauses for want of room in Redis, and null when it goes on. */
  onHeldBack: (why: string | null) => void;
}

/** Reads the source of a run to its end; resolves when every row is safely in Redis. Call it with the run's lease. */
export async function readSource(engine: Engine, run: string, reading: Reading): Promise<void> {
  const { files, definitions, signal, onProgress } = reading;
  // Asked again now that the lease is ours: another reader may have gone further meanwhile.
  const found = (await engine.runs.get(run))!;
  if (found.readDone) return;
  if (found.rows === 0) await engine.rails.beforeReading(found);
  const state = (await engine.runs.get(run))!;
  const recall = await findOut(engine, state, files, definitions, reading.everyRow, signal);
  const { runs, ledger, intake, mailboxes, jobs, hold, bound } = engine;
  const headroom = new Headroom(engine.redis, Date.now);
  await produce(state, files, {
    runs,
    ledger,
    intake,
    mailboxes,
    jobs,
    hold,
    backlog: () => engine.backlog(),
    full: async () => {
      // Where nobody works, nobody else sees that what is remembered gives way.
      await bound.sometimes();
      return headroom.full();
    },
    onHeldBack: told(engine, run, reading.onHeldBack),
    highWater: engine.config.high_water,
    ...burying(engine, state.options.source),
    definitions,
    ...(recall === undefined ? {} : { recall }),
    onUnchanged: (of, patches) => engine.rails.unchanged(of, patches),
    signal,
    now: Date.now,
    onProgress,
  });
}

/** Tells when it begins and when it ends, in the log as well. */
function told(engine: Engine, run: string, onHeldBack: Reading['onHeldBack']): Reading['onHeldBack'] {
  let held = false;
  return (why) => {
    if (why !== null) onHeldBack(why);
    else if (held) onHeldBack(null);
    if (why !== null && !held) engine.log.warn({ event: 'reading.held', run }, why);
    if (why === null && held) engine.log.info({ event: 'reading.resumed', run }, 'reading.resumed');
    held = why !== null;
  };
}
