import { rm } from 'node:fs/promises';
import path from 'node:path';
import { exitCode } from '../report/exit-code.ts';
import { summaryText } from '../report/text.ts';
import { imbalance } from '../run/books.ts';
import { summaryOf } from '../run/state.ts';
import type { RunStatus } from '../run/summary.ts';
import { expire } from '../undo/expire.ts';
import { finish } from './finish.ts';
import type { Ended } from './follow.ts';
import { changesFileOf, spoolDirOf } from './kept.ts';
import type { Started } from './start.ts';

/** Writes the report, says how the run ended and what to do next, and returns the exit code. */
export async function conclude(started: Started, ended: Ended, json: boolean): Promise<number> {
  const { engine, run, reportDir, console } = started;
  const again = `the same command and --run-id ${run}`;
  if (ended.how === 'stopped' && ended.redis) {
    console.fail(`Stopped: ${ended.why}. What Redis holds is kept; continue with ${again}.`);
    return 3;
  }
  if (ended.how === 'interrupted' && engine.letGo()) {
    console.fail(`Interrupted while Redis is away; what it holds is kept. Continue with ${again}.`);
    return ended.signal === 'SIGINT' ? 130 : 143;
  }
  const state = (await engine.runs.get(run))!;
  const status: RunStatus = ended.how === 'finished' ? (state.cancelled ? 'cancelled' : 'finished') : ended.how;
  const summary = summaryOf(state, status, reportDir, Date.now());
  const { baseUrl, accountId } = engine.access;
  const contactUrl = (id: number) => `${baseUrl}/app/accounts/${accountId}/contacts/${id}`;
  await finish({ dir: reportDir, summary, files: state.files, drained: state.drained, contactUrl });
  if (ended.how === 'finished') {
    await engine.runs.archive(run);
    await engine.costs.learn(state.medians);
    if (!state.cancelled) await engine.rails.remember(state);
    await expire(path.dirname(changesFileOf(engine.config, run)), engine.config.undo_for, Date.now());
    // The copy of standard input holds people's data and is needed no more.
    await rm(spoolDirOf(engine.config, run), { recursive: true, force: true });
  }
  if (json) console.document(summary);
  console.say(summaryText(summary, console.text()));
  const wrong = imbalance(state, await engine.runs.countDone(run));
  if (wrong !== undefined) console.fail(`The books do not balance: ${wrong}. Please report this with ${reportDir}.`);
  if (ended.how === 'stopped') console.fail(`Stopped: ${ended.why}. Continue with ${again}.`);
  // Part of the summary, but an error is said even when that is not wanted.
  if (state.stop !== null && console.quiet) console.fail(`Stopped. ${state.stop.sentence}`);
  if (ended.how === 'interrupted') {
    console.fail(`Interrupted; the state is kept. Continue with ${again}.`);
    return ended.signal === 'SIGINT' ? 130 : 143;
  }
  const stopped = ended.how === 'stopped' ? ended.why : undefined;
  return exitCode(summary, { booksBalance: wrong === undefined, stoppedEarly: stopped });
}
