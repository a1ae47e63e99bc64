import { once } from 'node:events';
import type { Command } from 'commander';
import { ConfigError } from '../../config/load.ts';
import { Console, closeLog, openLog } from './console.ts';
import { fetchesOf } from './fetches.ts';
import { Fetching } from './fetching.ts';
import { openLasting } from './lasting.ts';
import { type CommonFlags, configOf, withCommonOptions, withPaceOptions } from './options.ts';
import { Scribe } from './scribe.ts';
import { onSignals } from './signals.ts';

const EXAMPLE = `
Example:
  $ REDIS_URL=redis://queue:6379 contact-sync work --rate 600/min`;

/** How long calls that are under way may take after the first signal, in milliseconds. */
const GRACE_MS = 15_000;

/** Declares `work`: workers alone. */
export function workCommand(program: Command): void {
  const command = program.command('work').description('workers only, until told to stop');
  withPaceOptions(withCommonOptions(command))
    .addHelpText('after', EXAMPLE)
    .action(async (flags: CommonFlags) => {
      process.exitCode = await work(flags);
    });
}

async function work(flags: CommonFlags): Promise<number> {
  const config = configOf(flags);
  const fetches = fetchesOf(config, process.env);
  if (fetches.faults.length > 0) throw new ConfigError(fetches.faults);
  const console = new Console({ quiet: flags.quiet });
  const log = openLog(config, 'stderr');
  const signals = onSignals();
  const engine = await openLasting(config, log, console);
  const fetching = new Fetching(engine, fetches.made);
  const scribe = new Scribe(engine);
  try {
    const { pool, chores } = await engine.startWorkers(await engine.preflight());
    fetching.start();
    scribe.start();
    console.say(`working on account ${engine.access.accountId} at ${engine.access.baseUrl}; Ctrl-C stops`);
    if (!signals.signal.aborted) await once(signals.signal, 'abort');
    engine.letGo();
    await Promise.all([pool.stop(GRACE_MS), chores.stop(), fetching.stop()]);
    await scribe.stop();
    return signals.signal.reason === 'SIGINT' ? 130 : 143;
  } finally {
    signals.end();
    await fetching.close();
    await scribe.stop();
    await engine.close();
    await closeLog(log);
  }
}
