import type { Command } from 'commander';
import { closeLog } from './console.ts';
import type { RunLease } from './lease.ts';
import {
  type CommonFlags,
  withCommonOptions,
  withPaceOptions,
  withRowOptions,
  withSafetyOptions,
  withSourceOption,
} from './options.ts';
import { Overflow } from './overflow.ts';
import { onSignals } from './signals.ts';
import { csvFiles, start } from './start.ts';

const EXAMPLE = `
Example:
  $ REDIS_URL=redis://queue:6379 contact-sync enqueue contacts.csv
  $ REDIS_URL=redis://queue:6379 contact-sync work`;

/** Declares `enqueue`: the producer alone. */
export function enqueueCommand(program: Command): void {
  const command = program
    .command('enqueue')
    .argument('[file...]', 'CSV files; - reads standard input (default: url of the source)')
    .description('put changes into Redis and print the run id; workers elsewhere do the rest');
  withSafetyOptions(withRowOptions(withSourceOption(withPaceOptions(withCommonOptions(command)))))
    .addHelpText('after', EXAMPLE)
    .action(async (files: string[], flags: CommonFlags) => {
      process.exitCode = await enqueue(files, flags);
    });
}

/** Reads the files into Redis. Once the run id is printed, every row ends in an outcome whatever is killed. */
async function enqueue(paths: string[], flags: CommonFlags): Promise<number> {
  const signals = onSignals({ preparing: true });
  let held: string | null = null;
  const onHeldBack = (why: string | null) => {
    if (why !== null && held === null) started.console.say(why);
    held = why;
  };
  const sources = csvFiles(paths, flags);
  const started = await start({ command: 'enqueue', flags, sources, onWaiting: () => undefined, onHeldBack });
  signals.begun();
  const { engine, run, console, log } = started;
  let lease: RunLease | undefined;
  const overflow = new Overflow(started);
  try {
    lease = await started.takeLease();
    if ((await engine.roster.size()) === 0) console.say('No worker is running yet. Start one with: contact-sync work');
    overflow.start();
    await started.read(signals.signal);
    await overflow.stop();
    await lease.release();
    const state = (await engine.runs.get(run))!;
    const { rows, stop } = state;
    if (flags.json === true) console.document({ run, rows, ...(stop === null ? {} : { stopped_by: stop.name }) });
    else console.print(run);
    if (stop !== null) {
      console.fail(`Stopped. ${stop.sentence}`);
      return 3;
    }
    if (!state.cancelled) await engine.rails.remember(state);
    console.say(`${rows} rows are in Redis. Watch them with: contact-sync status ${run}`);
    return 0;
  } catch (error) {
    if (!signals.signal.aborted) throw error;
    console.fail(`Interrupted; the state is kept. Continue with the same command and --run-id ${run}.`);
    return signals.signal.reason === 'SIGINT' ? 130 : 143;
  } finally {
    signals.end();
    await overflow.stop();
    await lease?.release();
    await engine.close();
    await closeLog(log);
  }
}
