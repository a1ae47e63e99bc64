import type { RunState } from '../run/state.ts';
import { statusOf, summaryOf } from '../run/state.ts';
import type { Summary } from '../run/summary.ts';
import type { Engine } from './engine.ts';
import { finish } from './finish.ts';

/** Writes the report directory of a run from what is written down of it, and returns its summary. */
export async function writeReport(engine: Engine, state: RunState, dir: string): Promise<Summary> {
  const summary = summaryOf(state, statusOf(state), dir, Date.now());
  const { baseUrl, accountId } = engine.access;
  const contactUrl = (id: number) => `${baseUrl}/app/accounts/${accountId}/contacts/${id}`;
  await finish({ dir, summary, files: state.files, drained: state.drained, contactUrl });
  return summary;
}

/** A run that is over and written down is history: it is forgotten in time. Does nothing while it goes on. */
export async function close(engine: Engine, run: string): Promise<void> {
  const { runs, unwritten } = engine;
  const state = await runs.get(run);
  if (state === undefined || state.finishedAt === null || (await runs.outcomes(run, 1)).length > 0) return;
  await unwritten.remove(run);
  await runs.archiveOnce(run);
}
