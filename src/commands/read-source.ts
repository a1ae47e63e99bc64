import { setTimeout as sleep } from 'node:timers/promises';
import type { Definitions } from '../contact/attribute.ts';
import type { Remarks } from '../mapping/remarks.ts';
import { type Produced, produce } from '../producer/produce.ts';
import type { PlannedSource } from '../producer/source.ts';
import { Headroom } from '../redis/headroom.ts';
import type { RunState } from '../run/state.ts';
import { burying } from './bury.ts';
import type { Engine } from './engine.ts';
import { CannotRun } from './failure.ts';
import { findOut } from './find-out.ts';

export interface Reading {
  files: readonly PlannedSource[];
  definitions: Definitions | undefined;
  /** Whether rows of which nothing is to be done have a line each, too. */
  everyRow: boolean;
  /** Counts what was left out of cells. */
  remarks: Remarks;
  signal: AbortSignal;
  onProgress: (rows: number, fraction: number | null) => void;
  /** Told why reading pauses for want of room in Redis, and null when it goes on. */
  onHeldBack: (why: string | null) => void;
}

type Recall = Awaited<ReturnType<typeof findOut>>;

/** Before it is read on after a failover, in milliseconds: the server that took over has others to hear. */
const AGAIN_MS = 200;

/**
 * Reads the source of a run to its end. Resolves when every row is in Redis, and on the replicas that have to have it;
 * after a failover in between it reads on behind the checkpoint that the new primary has. Call it with the run's lease.
 * Throws a CannotRun when Redis does not know the run any more.
 */
export async function readSource(engine: Engine, run: string, reading: Reading): Promise<void> {
  const { files, everyRow, signal } = reading;
  const { runs, replicas } = engine;
  let recall: { found: Recall } | undefined;
  for (;;) {
    // Before the checkpoint: asked the other way round, the server might not have the checkpoint that is read from.
    const server = await runs.server(run);
    // Asked again now that the lease is ours: another reader may have gone further meanwhile.
    const found = await known(engine, run);
    if (!found.readDone) {
      if (found.rows === 0) await engine.rails.beforeReading(found);
      const state = await known(engine, run);
      recall ??= { found: await findOut(engine, state, files, reading.definitions, everyRow, signal) };
      if ((await pass(engine, state, server, recall.found, reading)) === 'elsewhere') {
        engine.log.warn(
          { event: 'reading.again', run },
          'Redis was replaced or restarted: reading on from its checkpoint',
        );
        await sleep(AGAIN_MS, undefined, { signal });
        continue;
      }
    }
    const { value: here, kept } = await replicas.keep(() => runs.witness(run, server));
    if (here && kept !== 'in-doubt') return;
  }
}

async function known({ runs }: Engine, run: string): Promise<RunState> {
  const state = await runs.get(run);
  if (state !== undefined) return state;
  throw new CannotRun(
    `Redis no longer knows the run ${run}, its data was lost. Start the command again without --run-id.`,
  );
}

/** Reads once; a fault while another server took over is no fault of anything else. */
async function pass(
  engine: Engine,
  state: RunState,
  server: string,
  recall: Recall,
  { files, definitions, remarks, signal, onProgress, onHeldBack }: Reading,
): Promise<Produced> {
  const { runs, ledger, intake, mailboxes, jobs, hold, bound } = engine;
  const headroom = new Headroom(() => engine.node, Date.now);
  try {
    return await produce(state, files, {
      runs,
      server,
      ledger,
      intake,
      mailboxes,
      jobs,
      hold,
      // What a plan holds back is let go at its end: waiting for it would be waiting for ever.
      backlog: () => (engine.planning ? engine.intake.waiting() : engine.backlog()),
      full: async () => {
        // Where nobody works, nobody else sees that what is remembered gives way.
        await bound.sometimes();
        return headroom.full();
      },
      onHeldBack: told(engine, state.run, onHeldBack),
      highWater: engine.config.high_water,
      holdsAll: engine.planning,
      ...burying(engine, state.options.source),
      definitions,
      remarks,
      ...(recall === undefined ? {} : { recall }),
      onUnchanged: (of, patches) => engine.rails.unchanged(of, patches),
      signal,
      now: Date.now,
      onProgress,
    });
  } catch (error) {
    if (signal.aborted || (await runs.server(state.run)) === server) throw error;
    return 'elsewhere';
  }
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
