import { once } from 'node:events';
import type { Command } from 'commander';
import { missingIn } from '../../config/access.ts';
import { ConfigError } from '../../config/error.ts';
import { Console, closeLog, openLog } from './console.ts';
import { fetchesOf } from './fetches.ts';
import { Lane } from './lane.ts';
import { configsOf, type LastingFlags, withLastingOptions, withPaceOptions } from './options.ts';
import { onSignals } from './signals.ts';

const EXAMPLE = `
Example:
  $ REDIS_URL=redis://queue:6379 contact-sync work --rate 600/min`;

/** Declares `work`: workers alone. */
export function workCommand(program: Command): void {
  const command = program.command('work').description('workers only, for all accounts, until told to stop');
  withPaceOptions(withLastingOptions(command))
    .addHelpText('after', EXAMPLE)
    .action(async (flags: LastingFlags) => {
      process.exitCode = await work(flags);
    });
}

async function work(flags: LastingFlags): Promise<number> {
  const configs = configsOf(flags);
  const fetches = configs.map((config) => fetchesOf(config, process.env));
  const faults = [...missingIn(configs), ...fetches.flatMap((one) => one.faults)];
  if (faults.length > 0) throw new ConfigError(faults);
  const console = new Console({ quiet: flags.quiet });
  const log = openLog(configs[0]!, 'stderr');
  const signals = onSignals();
  const { signal } = signals;
  const lanes: Lane[] = [];
  try {
    for (const [i, config] of configs.entries()) lanes.push(await Lane.open(config, log, console, fetches[i]!.made));
    const begun = lanes.map(async (lane) => {
      const found = await lane.look();
      // Alone there is nothing else to do, and whoever started it wants to know.
      if (lanes.length === 1 && 'away' in found) throw found.away;
      const rules = await lane.reach(signal, found);
      if (rules === undefined) return;
      if (await lane.work(rules)) console.say(`working on ${lane.name}; Ctrl-C stops`);
    });
    const stopped = signal.aborted ? undefined : once(signal, 'abort');
    await Promise.race([Promise.all(begun).then(() => stopped), stopped]);
    await Promise.all(lanes.map((lane) => lane.stop()));
    return signal.reason === 'SIGINT' ? 130 : 143;
  } finally {
    signals.end();
    await Promise.all(lanes.map((lane) => lane.close()));
    await closeLog(log);
  }
}
