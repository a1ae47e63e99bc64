import { type Command, InvalidArgumentError } from 'commander';
import { REASON_NAMES, type Reason } from '../run/reason.ts';
import type { OutcomeRecord } from '../run/record.ts';
import { conclude } from './conclude.ts';
import { Refusal } from './failure.ts';
import { journey } from './journey.ts';
import {
  type CommonFlags,
  configOf,
  runIdOf,
  withCommonOptions,
  withPaceOptions,
  withRunOptions,
  withSafetyOptions,
} from './options.ts';
import { rowsOfRun } from './rows-of-run.ts';
import { settleBooks } from './settle-books.ts';

type RetryFlags = CommonFlags & { reason?: Reason[] };

const EXAMPLE = `
Example:
  $ contact-sync retry run_20260102T030405_a1b2
  $ contact-sync retry run_20260102T030405_a1b2 --reason no-such-contact,phone-taken`;

/** Declares `retry`. */
export function retryCommand(program: Command): void {
  const command = program
    .command('retry')
    .argument('<run>', 'the run whose rows are tried again', runIdOf)
    .description('the rows of a run that failed or were cancelled, as a new run over the same files');
  withSafetyOptions(withRunOptions(withPaceOptions(withCommonOptions(command))))
    .option('--reason <reasons>', 'only rows that ended for these reasons; rejected and not_found ones, too', reasonsOf)
    .option('--drop-conflicting', 'leave out a value that another contact has, write the rest of the row')
    .addHelpText('after', EXAMPLE)
    .action(async (run: string, flags: RetryFlags) => {
      process.exitCode = await retry(run, flags);
    });
}

async function retry(run: string, flags: RetryFlags): Promise<number> {
  const before = await settleBooks(run, flags, configOf(flags));
  if (before === undefined)
    throw new Refusal(`There is no run ${run}, or it is older than 30 days. "contact-sync runs" lists what there is.`);
  const { map, match, emptyCells, onMissing } = before.options;
  const sources = rowsOfRun(before, (record) => canBeRetried(record, flags.reason));
  // What is remembered may be what went wrong.
  const options = { map, match, emptyCells, onMissing, trust: 'live' as const, limit: null };
  return journey({ command: 'retry', flags, sources, options }, (started, ended) =>
    conclude(started, ended, flags.json === true),
  );
}

/** Rows that were not the row's own fault; others only when they are asked for by their reason. */
function canBeRetried({ outcome, reason }: OutcomeRecord, reasons: readonly Reason[] | undefined): boolean {
  if (reasons === undefined) return outcome === 'failed' || outcome === 'cancelled';
  return reason !== null && reasons.includes(reason) && outcome !== 'invalid';
}

function reasonsOf(text: string): Reason[] {
  const reasons = text.split(',').map((reason) => reason.trim());
  const unknown = reasons.filter((reason) => !(REASON_NAMES as string[]).includes(reason));
  if (unknown.length > 0)
    throw new InvalidArgumentError(`There is no reason "${unknown.join(', ')}". docs/outcomes.md lists them.`);
  return reasons as Reason[];
}
