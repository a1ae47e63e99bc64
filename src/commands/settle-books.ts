import type { RunState } from '../run/state.ts';
import { statusOf } from '../run/state.ts';
import { booksFor } from './books-here.ts';
import { refuseElsewhere } from './elsewhere.ts';
import { Refusal } from './failure.ts';
import type { CommonFlags } from './options.ts';
import { withEngine } from './with-engine.ts';
import { writeDown } from './write-down.ts';

/**
 * Writes down what a finished run still has in Redis (after `enqueue` nobody did), so that its books can be read. Returns
 * what is known of it; undefined when Redis has forgotten it.
 *
 * @throws Refusal while the run goes on, or when it is of another account
 */
export async function settleBooks(run: string, flags: CommonFlags): Promise<RunState | undefined> {
  // What is to be said about Redis is said by the command itself, once.
  return withEngine({ ...flags, quiet: true }, async (engine) => {
    const state = await engine.runs.get(run);
    if (state === undefined) {
      await refuseElsewhere(engine, run);
      return undefined;
    }
    if (statusOf(state) === 'running') {
      throw new Refusal(
        `The run ${run} still goes on. Wait for its end, continue it with --run-id ${run} if nobody works on it, or stop it with: contact-sync cancel ${run}`,
      );
    }
    await writeDown(engine, state, await booksFor(engine, state));
    return engine.runs.get(run);
  });
}
