import path from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { shellWord } from '../report/next-step.ts';
import type { Outcome } from '../run/outcome.ts';
import { REASON_NAMES, REASONS, type Reason } from '../run/reason.ts';
import type { OutcomeRecord } from '../run/record.ts';
import { conclude } from './conclude.ts';
import { Refusal } from './failure.ts';
import { journey } from './journey.ts';
import { reportDirOf } from './kept.ts';
import { runIdOf } from './option-values.ts';
import {
  type CommonFlags,
  configOf,
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
    .option(
      '--reason <reasons>',
      'the rows that ended for these reasons instead, for example no-such-contact',
      reasonsOf,
    )
    .option('--drop-conflicting', 'leave out a value that another contact has, write the rest of the row')
    .addHelpText('after', EXAMPLE)
    .action(async (run: string, flags: RetryFlags) => {
      process.exitCode = await retry(run, flags);
    });
}

async function retry(run: string, flags: RetryFlags): Promise<number> {
  const before = await settleBooks(run, flags);
  if (before === undefined)
    throw new Refusal(`There is no run ${run}, or it is older than 30 days. "contact-sync runs" lists what there is.`);
  if (before.finishedAt === null) {
    throw new Refusal(
      `The run ${run} was interrupted. Continue it first, with the command that began it and --run-id ${run}; what is left then can be retried.`,
    );
  }
  const config = configOf(flags);
  const report = before.reportDir ?? reportDirOf(config, run);
  const sources = rowsOfRun(before, {
    wanted: (record) => canBeRetried(record, flags.reason),
    again: true,
    otherwise: `Feed the rows that need attention back instead: contact-sync sync ${shellWord(path.join(report, 'needs-attention.csv'))}`,
  });
  const { map, match, emptyCells, onMissing, source, mapping } = before.options;
  // What is remembered may be what went wrong.
  const asThen = {
    map,
    match,
    emptyCells,
    onMissing,
    trust: 'live' as const,
    limit: null,
    of: run,
    ...(source && { source }),
    ...(mapping && { mapping }),
  };
  // Rows that failed are rows that change something, so all of these do: that says nothing, unless a rail stopped the run.
  const allow = before.stop === null ? { allow: [...new Set([...config.allow, 'changed', 'column'])] } : {};
  return journey({ command: 'retry', flags, sources, options: { ...asThen, ...allow } }, (started, ended) =>
    conclude(started, ended, flags.json === true),
  );
}

/** Outcomes that another try can change; what is invalid here stays so until somebody corrects it. */
const RETRIABLE: ReadonlySet<Outcome> = new Set(['not_found', 'ambiguous', 'rejected', 'failed', 'cancelled']);

/** Rows that ended through no fault of their own; others only when they are asked for by their reason. */
function canBeRetried({ outcome, reason }: OutcomeRecord, reasons: readonly Reason[] | undefined): boolean {
  if (reasons === undefined) return outcome === 'failed' || outcome === 'cancelled';
  return reason !== null && reasons.includes(reason) && RETRIABLE.has(outcome);
}

function reasonsOf(text: string): Reason[] {
  const reasons = text.split(',').map((reason) => reason.trim());
  const unknown = reasons.filter((reason) => !(REASON_NAMES as string[]).includes(reason));
  if (unknown.length > 0)
    throw new InvalidArgumentError(`There is no reason "${unknown.join(', ')}". docs/outcomes.md lists them.`);
  const final = (reasons as Reason[]).filter((reason) => !REASONS[reason].outcomes.some((o) => RETRIABLE.has(o)));
  if (final.length > 0) {
    throw new InvalidArgumentError(
      `Another try changes nothing about "${final.join(', ')}". What is wrong in a row is corrected in needs-attention.csv, which sync takes as it is.`,
    );
  }
  return reasons as Reason[];
}
