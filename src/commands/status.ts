import type { Command } from 'commander';
import { runsText, statusText } from '../report/runs.ts';
import { storesText } from '../report/stores.ts';
import { workersText } from '../report/workers.ts';
import { type RunState, statusOf, summaryOf } from '../run/state.ts';
import { Console } from './console.ts';
import { refuseElsewhere } from './elsewhere.ts';
import type { Engine } from './engine.ts';
import { Refusal } from './failure.ts';
import { runLines, workerLine } from './lines.ts';
import { type CommonFlags, withCommonOptions } from './options.ts';
import { storesOf } from './stores.ts';
import { withEngine } from './with-engine.ts';

/** Runs that `runs` lists. */
const HISTORY = 50;

/** Declares `status`. */
export function statusCommand(program: Command): void {
  withCommonOptions(program.command('status').argument('[run]', 'one run; without it all that are open'))
    .description('what is going on: progress, what is waited for, workers, and what is kept')
    .addHelpText('after', '\nExample:\n  $ contact-sync status --json')
    .action(async (run: string | undefined, flags: CommonFlags) => {
      await withEngine(flags, (engine) => status(engine, run, flags));
    });
}

/** Declares `runs`. */
export function runsCommand(program: Command): void {
  withCommonOptions(program.command('runs'))
    .description('the history of this account, newest first')
    .addHelpText('after', '\nExample:\n  $ contact-sync runs')
    .action(async (flags: CommonFlags) => {
      await withEngine(flags, async (engine) => {
        const states = await engine.runs.list(HISTORY);
        if (flags.json === true) new Console(flags).document({ runs: states.map(documentOf) });
        else
          new Console(flags).print(runsText(await runLines(engine, states), new Console(flags).text(process.stdout)));
      });
    });
}

async function status(engine: Engine, run: string | undefined, flags: CommonFlags): Promise<void> {
  const console = new Console(flags);
  const states = run === undefined ? await engine.runs.list(HISTORY) : [await known(engine, run)];
  const open = run === undefined ? states.filter((state) => state.finishedAt === null) : states;
  const [lines, roster, pace, stores] = await Promise.all([
    runLines(engine, open),
    engine.roster.list(),
    engine.limiter.state(),
    run === undefined ? storesOf(engine) : undefined,
  ]);
  const workers = roster.map(workerLine);
  if (flags.json !== true) {
    const text = console.text(process.stdout);
    const kept = stores === undefined ? '' : `\n${storesText(stores, text)}`;
    return console.print(statusText(lines, text) + workersText(workers, Date.now(), text) + kept);
  }
  console.document({
    account: engine.config.account,
    runs: open.map(documentOf),
    backlog: await engine.backlog(),
    workers: workers.length,
    worker_list: workers,
    pace: { rate: pace.rate, calls_this_minute: pace.count, waiting: pace.cause, since: pace.since },
    ...(stores === undefined ? {} : { stores }),
  });
}

/** @throws Refusal when there is no such run */
export async function known(engine: Engine, run: string): Promise<RunState> {
  const state = await engine.runs.get(run);
  if (state !== undefined) return state;
  await refuseElsewhere(engine, run);
  throw new Refusal(`There is no run ${run} of this account. See them with: contact-sync runs`);
}

function documentOf(state: RunState) {
  return {
    ...summaryOf(state, statusOf(state), state.reportDir ?? '', Date.now()),
    settled: state.settled,
    read_done: state.readDone,
  };
}
