import { type Command, Option } from 'commander';
import { planFiles } from '../producer/plan.ts';
import type { PlannedSource } from '../producer/source.ts';
import { differenceText } from '../report/difference.ts';
import { printable } from '../report/layout.ts';
import { type AsOf, ageWarning, asOfIn, trueAt } from './as-of.ts';
import { conclude } from './conclude.ts';
import { Console } from './console.ts';
import { columnsOf, missingIn } from './export-columns.ts';
import { fileMappingIn, settingsOf } from './file-mapping-of.ts';
import { filesMeant } from './files-meant.ts';
import type { Ended } from './follow.ts';
import { journey } from './journey.ts';
import { openFiles } from './open-files.ts';
import {
  configOf,
  withCommonOptions,
  withPaceOptions,
  withPresetOption,
  withRowOptions,
  withSafetyOptions,
} from './options.ts';
import { foretell, type PlanFlags } from './plan.ts';
import type { Errand, Started } from './start.ts';

type ReconcileFlags = PlanFlags & { asOf?: AsOf; subject?: string; dryRun?: boolean };

const EXAMPLE = `
Example:
  $ contact-sync reconcile app export.csv --as-of 2026-01-31T02:00:00Z
  $ crm-export | contact-sync reconcile app - --dry-run`;

/** Declares `reconcile`: what events never told, from an export. */
export function reconcileCommand(program: Command): void {
  const command = program
    .command('reconcile')
    .argument('<source>', 'a configured source: what its file section says of files, or else what its webhooks set')
    .argument('[file...]', 'CSV export of the same CRM; - reads standard input (default: url of the source)')
    .description('compare an export with what events have written, and send only the difference');
  withSafetyOptions(withRowOptions(withPresetOption(withPaceOptions(withCommonOptions(command)))))
    .addOption(
      new Option('--as-of <time>', 'when the export began; newer values stay (default: time of the file)').argParser(
        asOfIn,
      ),
    )
    .option('--subject <column>', "column with the CRM's own id: rows of records deleted since are left out")
    .option('--dry-run', 'only show what would be done')
    .addHelpText('after', EXAMPLE)
    .action(async (source: string, files: string[], flags: ReconcileFlags) => {
      process.exitCode = await reconcile(source, files, flags);
    });
}

/** Compares files with what events have written, sets right what differs, and returns the exit code. */
async function reconcile(name: string, paths: string[], flags: ReconcileFlags): Promise<number> {
  const config = configOf(flags);
  const mapping = fileMappingIn(config, name, flags.preset);
  const source = columnsOf(config, name, flags.subject, flags.preset);
  const options = {
    // What is configured for files in general is not meant for what the source sends.
    ...(mapping === undefined
      ? { map: flags.map ?? {}, match: flags.match ?? [] }
      : settingsOf(config, flags, mapping)),
    source,
    ...(typeof flags.asOf === 'number' ? { asOf: flags.asOf } : {}),
  };
  const errand = { command: 'reconcile', flags, sources: exportsOf(name, paths, flags), options };
  if (flags.dryRun === true) {
    const said = process.argv.slice(2).filter((word) => word !== 'reconcile');
    return foretell(errand, flags, said);
  }
  return journey(errand, async (started, ended) => {
    const code = await conclude(started, ended, flags.json === true);
    await sayDifference(started, ended);
    return code;
  });
}

/** The files of an export as the source of a run: as old as they are, with the columns of the events. */
function exportsOf(name: string, paths: string[], flags: ReconcileFlags): Errand['sources'] {
  const { asOf, quiet } = flags;
  // The start of the process: in a pipe, that is when the export began.
  const begun = Math.floor(performance.timeOrigin);
  return async (config, run, options, dialects) => {
    const console = new Console({ quiet });
    const files = await openFiles(filesMeant(config, flags, paths, name), config, run, { dialects });
    const planned: PlannedSource[] = [];
    for (const file of await planFiles(files, options)) {
      const clock = { begun, now: Date.now() };
      const observedAt = await trueAt(file, asOf, clock);
      const missing = missingIn(config, name, file);
      if (missing.length > 0)
        console.say(`${file.path}: no column sets ${missing.map(printable).join(', ')}; events alone do.`);
      const old = ageWarning(file.path, observedAt, clock.now);
      if (old !== undefined) console.say(old);
      planned.push({ ...file, observedAt });
    }
    return planned;
  };
}

async function sayDifference({ engine, run, console }: Started, { how }: Ended): Promise<void> {
  if (how !== 'finished') return;
  const state = await engine.runs.get(run);
  if (state !== undefined && !state.cancelled) console.say(differenceText(state));
}
