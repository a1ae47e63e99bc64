import { setTimeout as sleep } from 'node:timers/promises';
import type { Definitions } from '../contact/attribute.ts';
import { type Produced, produce } from '../producer/produce.ts';
import type { PlannedSource } from '../producer/source.ts';
import type { RunState } from '../run/state.ts';
import { burying } from './bury.ts';
import type { Engine } from './engine.ts';
import { CannotRun } from './failure.ts';
import { findOut } from './find-out.ts';

export interface ReadOptions {
  run: string;
  files: readonly PlannedSource[];
  definitions: Definitions | undefined;
  /** Whether rows of which nothing is to be done are written down, too. */
  log: boolean;
  signal: AbortSignal;
  onProgress: ((rows: number, fraction: number | null) => void) | undefined;
}

/** Before it is read on after a failover, in milliseconds: the server that took over has others to hear. */
const AGAIN_MS = 200;

/**
 * Reads the sources of a run to their end. Resolves when every row is in Redis, and on the replicas that have to have it;
 * after a failover in between it reads on behind the checkpoint that the new primary has. Throws a CannotRun when Redis
 * does not know the run any more.
 */
export async function read(engine: Engine, options: ReadOptions): Promise<void> {
  const { run, files, definitions, log, signal } = options;
  const { runs, replicas } = engine;
  let recall: Awaited<ReturnType<typeof findOut>> | 'not asked' = 'not asked';
  for (;;) {
    // Before the checkpoint: read the other way round it might be one that the server named after it does not have.
    const server = await runs.server(run);
    // Asked again now that the lease is ours: another reader may have gone further meanwhile.
    const found = await known(engine, run);
    if (!found.readDone) {
      if (found.rows === 0) await engine.rails.beforeReading(found);
      const state = await known(engine, run);
      if (recall === 'not asked') recall = await findOut(engine, state, files, definitions, log, signal);
      if ((await pass(engine, state, server, recall, options)) === 'elsewhere') {
        engine.log.warn(
          { event: 'run.read_again', run },
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
  recall: Awaited<ReturnType<typeof findOut>>,
  { files, definitions, signal, onProgress }: ReadOptions,
): Promise<Produced> {
  const { runs, ledger, intake, mailboxes, jobs, hold } = engine;
  try {
    return await produce(state, files, {
      runs,
      server,
      ledger,
      intake,
      mailboxes,
      jobs,
      hold,
      backlog: () => engine.backlog(),
      highWater: engine.config.high_water,
      ...burying(engine, state.options.source),
      definitions,
      ...(recall === undefined ? {} : { recall }),
      onUnchanged: (of, patches) => engine.rails.unchanged(of, patches),
      signal,
      now: Date.now,
      ...(onProgress === undefined ? {} : { onProgress }),
    });
  } catch (error) {
    if (signal.aborted || (await runs.server(state.run)) === server) throw error;
    return 'elsewhere';
  }
}
