import { randomUUID } from 'node:crypto';
import path from 'node:path';
import type { Config } from '../../config/schema.ts';
import { Drain } from '../run/drain.ts';
import type { RunState } from '../run/state.ts';
import { statusOf } from '../run/state.ts';
import { claimForKnown } from './claim.ts';
import type { Engine } from './engine.ts';
import { Refusal } from './failure.ts';
import { booksOf } from './kept.ts';
import type { CommonFlags } from './options.ts';
import { withEngine } from './with-engine.ts';

/**
 * Writes down what a finished run still has in Redis (after `enqueue` nobody did), so that its books can be read. Returns
 * what is known of it; undefined when Redis has forgotten it.
 *
 * @throws Refusal while the run goes on
 */
export async function settleBooks(run: string, flags: CommonFlags, config: Config): Promise<RunState | undefined> {
  // What is to be said about Redis is said by the command itself, once.
  return withEngine({ ...flags, quiet: true }, async (engine) => {
    const state = await engine.runs.get(run);
    if (state === undefined) return undefined;
    if (statusOf(state) === 'running') {
      throw new Refusal(
        `The run ${run} still goes on. Wait for its end, continue it with --run-id ${run} if nobody works on it, or stop it with: contact-sync cancel ${run}`,
      );
    }
    await drainOnce(engine, state, config);
    return engine.runs.get(run);
  });
}

async function drainOnce(engine: Engine, state: RunState, config: Config): Promise<void> {
  const dir = state.reportDir ?? path.resolve('reports', state.run);
  await claimForKnown(dir, state, Date.now());
  const owner = randomUUID();
  if (!(await engine.runs.lease(state.run, owner, false))) return;
  const drain = await Drain.open(engine.runs, state, booksOf(config, state.run, dir));
  await drain.step();
  await drain.close();
  await engine.runs.release(state.run, owner);
}
