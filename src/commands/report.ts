import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Command, Option } from 'commander';
import { outcomesCsv } from '../report/csv.ts';
import { summaryText } from '../report/text.ts';
import { OUTCOMES_FILE, recordsOf } from '../run/outcomes-file.ts';
import { booksFor } from './books-here.ts';
import { Console } from './console.ts';
import type { Engine } from './engine.ts';
import { CannotRun } from './failure.ts';
import { type CommonFlags, withCommonOptions } from './options.ts';
import { known } from './status.ts';
import { withEngine } from './with-engine.ts';
import { writeDown } from './write-down.ts';
import { close, writeReport } from './write-report.ts';

type ReportFlags = CommonFlags & { format: 'text' | 'json' | 'csv' | 'html' };

/** Declares `report`. */
export function reportCommand(program: Command): void {
  withCommonOptions(program.command('report').argument('<run>', 'the run'))
    .description('the report of a run again, as far as it has come')
    .addOption(new Option('--format <f>', 'what is printed').choices(['text', 'json', 'csv', 'html']).default('text'))
    .option('--report-dir <dir>', 'where the report goes (default: where it was, or reports/<run>)')
    .addHelpText('after', '\nExample:\n  $ contact-sync report run_20260102T030405_a1b2 --format csv > outcomes.csv')
    .action(async (run: string, flags: ReportFlags) => {
      await withEngine(flags, (engine) => report(engine, run, flags));
    });
}

/** Writes the report directory with what is known now, and prints it in the format asked for. */
async function report(engine: Engine, run: string, flags: ReportFlags): Promise<void> {
  const before = await known(engine, run);
  const console = new Console(flags);
  const asked = flags.reportDir === undefined ? undefined : path.resolve(flags.reportDir);
  if (before.reportDir !== null && asked !== undefined && asked !== before.reportDir)
    console.say(`The report of ${run} stays where it was begun, in ${before.reportDir}; --report-dir is ignored.`);
  const books = await booksFor(engine, before, asked);
  const { dir } = books;
  if (before.drained > 0 && !existsSync(path.join(dir, OUTCOMES_FILE))) {
    throw new CannotRun(
      `The outcomes of ${run} were written to ${dir}, which is not on this machine. Run the command there; the counts are here: contact-sync status ${run}`,
    );
  }
  await writeDown(engine, before, books);
  const state = await known(engine, run);
  const summary = await writeReport(engine, state, dir);
  await close(engine, run);
  if (flags.json === true || flags.format === 'json') console.document(summary);
  else if (flags.format === 'html') console.print(readFileSync(path.join(dir, 'report.html'), 'utf8'));
  else if (flags.format === 'csv')
    for await (const line of outcomesCsv(recordsOf(path.join(dir, OUTCOMES_FILE), state.drained)))
      process.stdout.write(line);
  else console.print(summaryText(summary, console.text(process.stdout)));
}
