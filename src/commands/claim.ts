import path from 'node:path';
import { claimReport, ownerOf } from '../report/claim.ts';
import { type RunState, stateOf, summaryOf } from '../run/state.ts';
import { Refusal } from './failure.ts';

/** @throws Refusal when the directory holds the report of another run */
export async function refuseOwned(dir: string, run: string): Promise<void> {
  refuseOther(dir, run, await ownerOf(dir));
}

/**
 * Takes the directory for the report of a run that is about to begin.
 *
 * @param now epoch milliseconds
 * @throws Refusal when it holds the report of another run
 */
export async function claimForNew(dir: string, run: string, command: string, now: number): Promise<void> {
  await claim(dir, stateOf(run, { command, started_at: String(now) }, true), now);
}

/**
 * Takes the directory for the report of a run; does nothing when it has one already.
 *
 * @param now epoch milliseconds
 * @throws Refusal when the directory holds the report of another run
 */
export async function claimForKnown(dir: string, state: RunState, now: number): Promise<void> {
  if (state.reportDir === null) await claim(dir, state, now);
}

async function claim(dir: string, state: RunState, now: number): Promise<void> {
  refuseOther(dir, state.run, await claimReport(dir, summaryOf(state, 'running', dir, now)));
}

function refuseOther(dir: string, run: string, owner: string | undefined): void {
  if (owner === undefined || owner === run) return;
  const shown = path.relative('', dir);
  throw new Refusal(
    `${shown === '' || shown.startsWith('..') ? dir : shown} holds the report of ${owner}, which ${run} would overwrite. Give another --report-dir, or move it away; ${owner} itself is continued with --run-id ${owner}.`,
  );
}
