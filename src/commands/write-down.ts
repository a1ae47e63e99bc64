import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Books, Drain } from '../run/drain.ts';
import type { RunState } from '../run/state.ts';
import { claimForKnown } from './claim.ts';
import type { Engine } from './engine.ts';

const LOOK_EVERY_MS = 100;

/** Two reports at once: so long one waits for the other to have written the outcomes down, in milliseconds. */
const PATIENCE_MS = 5000;

/**
 * Writes down what Redis still holds of a run's outcomes, into `books` if they have none yet. While the run goes on its
 * own process does that, and nothing is done here.
 *
 * @throws Refusal when the directory holds the report of another run
 */
export async function writeDown(engine: Engine, state: RunState, books: Books): Promise<void> {
  await claimForKnown(books.dir, state, Date.now());
  const owner = randomUUID();
  for (const until = Date.now() + PATIENCE_MS; !(await engine.runs.lease(state.run, owner, false)); ) {
    if (state.finishedAt === null || Date.now() > until) return;
    await sleep(LOOK_EVERY_MS);
  }
  try {
    const drain = await Drain.open(engine.runs, state, books);
    await drain.step().finally(() => drain.close());
  } finally {
    await engine.runs.release(state.run, owner);
  }
}
