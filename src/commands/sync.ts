import type { Command } from 'commander';
import { conclude } from './conclude.ts';
import { journey } from './journey.ts';
import {
  type CommonFlags,
  type Environment,
  withCommonOptions,
  withPaceOptions,
  withRowOptions,
  withSafetyOptions,
  withSourceOption,
} from './options.ts';
import { csvFiles } from './start.ts';

const EXAMPLE = `
Example:
  $ contact-sync sync contacts.csv --match email
  $ crm-export | contact-sync sync - --map "E-Mail=email" --map "Tarif=custom_attributes.plan"`;

/** Declares `sync`: the main job, from file to report. */
export function syncCommand(program: Command): void {
  const command = program
    .command('sync')
    .argument('[file...]', 'CSV files; - reads standard input (default: url of the source)')
    .description('the main job: read, match, compare, write, wait, report');
  withSafetyOptions(withRowOptions(withSourceOption(withPaceOptions(withCommonOptions(command)))))
    .option('--dry-run', 'only show what would be done: the same as plan')
    .addHelpText('after', EXAMPLE)
    .action(async (files: string[], flags: CommonFlags & { dryRun?: boolean }) => {
      if (flags.dryRun === true) {
        const { plan } = await import('./plan.ts');
        process.exitCode = await plan(files, flags);
      } else process.exitCode = await sync(files, flags);
    });
}

/** Runs the whole journey and returns the exit code. */
export function sync(paths: string[], flags: CommonFlags, env?: Environment): Promise<number> {
  return journey({ command: 'sync', flags, sources: csvFiles(paths, flags), env }, (started, ended) =>
    conclude(started, ended, flags.json === true),
  );
}
