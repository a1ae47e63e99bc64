import type { Command } from 'commander';
import type { Plan } from '../plan/entry.ts';
import type { PlanCommand } from '../plan/next-step.ts';
import { PlanWriter } from '../plan/write.ts';
import { NEEDS_ATTENTION, OUTCOMES } from '../run/outcome.ts';
import { Foreseen } from './foreseen.ts';
import { foresight, SHOWN } from './foresight.ts';
import {
  type CommonFlags,
  type Environment,
  withCommonOptions,
  withPaceOptions,
  withRowOptions,
  withSafetyOptions,
  withSourceOption,
} from './options.ts';
import { csvFiles, type Errand, type Started } from './start.ts';

export type PlanFlags = CommonFlags & { out?: string; all?: boolean };

const EXAMPLE = `
Example:
  $ contact-sync plan contacts.csv --match email --out plan.ndjson
  $ contact-sync apply plan.ndjson`;

/** Declares `plan`: the main job, stopped before the first write. */
export function planCommand(program: Command): void {
  const command = program
    .command('plan')
    .argument('[file...]', 'CSV files; - reads standard input (default: url of the source)')
    .description('show what sync would do: every change, the calls and the time it takes; writes nothing');
  withPlanOptions(withSafetyOptions(withRowOptions(withSourceOption(withPaceOptions(withCommonOptions(command))))))
    .addHelpText('after', EXAMPLE)
    .action(async (files: string[], flags: PlanFlags) => {
      process.exitCode = await plan(files, flags);
    });
}

/** Options of everything that only foresees. */
export function withPlanOptions(command: Command): Command {
  return command
    .option('--out <file>', 'write the plan to a file that apply takes')
    .option('--all', `show every change, not only the first ${SHOWN}`);
}

/** Shows what `sync` would do with these files. */
export function plan(paths: string[], flags: PlanFlags, env?: Environment): Promise<number> {
  const said = process.argv.slice(2).filter((word) => word !== 'plan' && word !== 'sync');
  return foretell({ command: 'plan', flags, sources: csvFiles(paths, flags), env }, flags, said);
}

/** Makes a journey that stops before the first write, and says what it would have done. `said`: the words of the command. */
export async function foretell(
  errand: Omit<Errand, 'onWaiting' | 'planning'>,
  flags: PlanFlags,
  said: readonly string[],
): Promise<number> {
  let writer: PlanWriter | undefined;
  const onStarted = async ({ run, engine, state }: Started) => {
    if (flags.out === undefined) return;
    writer = await PlanWriter.open(flags.out, {
      run,
      base_url: engine.access.baseUrl,
      account_id: engine.access.accountId,
      created_at: new Date(state.startedAt).toISOString(),
      files: state.files,
      options: { ...state.options },
    });
  };
  try {
    return await foresight({ ...errand, everyRow: flags.out !== undefined, onStarted }, async (started) => {
      const shown = flags.all === true ? Number.POSITIVE_INFINITY : SHOWN;
      const foreseen = await Foreseen.read(started, { writer, shown });
      await writer?.finish();
      writer = undefined;
      const { console } = started;
      const document = await foreseen.document();
      if (flags.json === true) console.document({ ...document, changes: foreseen.changes });
      else
        console.print(foreseen.text(document, commandAfter(errand.command, flags, said), console.text(process.stdout)));
      return exitOf(document);
    });
  } finally {
    await writer?.discard();
  }
}

function commandAfter(command: string, { out }: PlanFlags, args: readonly string[]): PlanCommand {
  const does = command === 'plan' ? 'sync' : command;
  return out === undefined ? { args, does } : { args, does, out };
}

/** 1 when somebody has to look at it before it can run: rows that would not be written, or a guard rail that would stop it. */
function exitOf(plan: Plan): number {
  const attention = OUTCOMES.some((outcome) => NEEDS_ATTENTION.has(outcome) && plan.outcomes[outcome] > 0);
  return attention || plan.rails.length > 0 ? 1 : 0;
}
