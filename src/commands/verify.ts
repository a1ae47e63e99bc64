import { existsSync } from 'node:fs';
import { type Command, InvalidArgumentError } from 'commander';
import { entryText } from '../plan/draw-entry.ts';
import { count, counted } from '../report/number.ts';
import { OUTCOMES, type Outcome } from '../run/outcome.ts';
import type { OutcomeRecord } from '../run/record.ts';
import { Refusal } from './failure.ts';
import { Foreseen } from './foreseen.ts';
import { foresight, SHOWN } from './foresight.ts';
import { type CommonFlags, configOf, withCommonOptions, withPaceOptions, withRowOptions } from './options.ts';
import { rowsOfRun } from './rows-of-run.ts';
import { sampleOf } from './sample.ts';
import { settleBooks } from './settle-books.ts';
import { csvFiles, type Errand } from './start.ts';

type VerifyFlags = CommonFlags & { sample?: number; all?: boolean };

const EXAMPLE = `
Example:
  $ contact-sync verify contacts.csv --sample 200
  $ contact-sync verify run_20260102T030405_a1b2`;

/** Outcomes after which the desk has to hold what the row says. */
const WELL: ReadonlySet<Outcome> = new Set(['updated', 'created', 'unchanged', 'merged']);

/** Declares `verify`. */
export function verifyCommand(program: Command): void {
  const command = program
    .command('verify')
    .argument('<file or run>', 'CSV file, or a run: then the rows of it that ended well')
    .description('read back and compare; writes nothing');
  withRowOptions(withPaceOptions(withCommonOptions(command)))
    .option('--sample <n>', 'only so many rows, picked at random', sizeOf)
    .option('--all', `show every difference, not only the first ${SHOWN}`)
    .addHelpText('after', EXAMPLE)
    .action(async (what: string, flags: VerifyFlags) => {
      process.exitCode = await verify(what, flags);
    });
}

async function verify(what: string, flags: VerifyFlags): Promise<number> {
  const errand = existsSync(what) || what === '-' ? ofFile(what, flags) : await ofRun(what, flags);
  return foresight(
    { ...errand, command: 'verify', flags, everyRow: false, options: { ...errand.options, trust: 'live' } },
    async (started) => {
      const shown = flags.all === true ? Number.POSITIVE_INFINITY : SHOWN;
      const foreseen = await Foreseen.read(started, { writer: undefined, shown });
      const { outcomes, reasons, rows, files, calls } = await foreseen.document();
      const same = outcomes.unchanged + outcomes.merged;
      const different = rows - same - outcomes.skipped;
      const { console } = started;
      if (flags.json === true) {
        console.document({ rows, same, different, outcomes, reasons, calls, files, differences: foreseen.changes });
      } else {
        const text = console.text(process.stdout);
        for (const entry of foreseen.changes) console.print(entryText(entry, text));
        console.print(sentence(same, different, outcomes));
      }
      return different === 0 ? 0 : 1;
    },
  );
}

/** How many hold what they should, and what became of the others. */
function sentence(same: number, different: number, outcomes: Readonly<Record<Outcome, number>>): string {
  const hold = `${counted(same, 'row')} ${same === 1 ? 'is' : 'are'} on the desk as in the source`;
  if (different === 0) return `${hold}; nothing differs.`;
  const words: Partial<Record<Outcome, string>> = { updated: 'with other values', created: 'without a contact' };
  const parts = OUTCOMES.filter((outcome) => !['unchanged', 'merged', 'skipped'].includes(outcome))
    .filter((outcome) => outcomes[outcome] > 0)
    .map((outcome) => `${count(outcomes[outcome])} ${words[outcome] ?? outcome}`);
  return `${hold}, ${count(different)} ${different === 1 ? 'is' : 'are'} not: ${parts.join(', ')}. Write them with: contact-sync sync`;
}

type Part = Pick<Errand, 'sources'> & { options?: Errand['options'] };

function ofFile(file: string, flags: VerifyFlags): Part {
  const { sample } = flags;
  return { sources: sample === undefined ? csvFiles([file]) : sampleOf(file, sample) };
}

async function ofRun(run: string, flags: VerifyFlags): Promise<Part> {
  const before = await settleBooks(run, flags, configOf(flags));
  if (before === undefined)
    throw new Refusal(`There is no file and no run ${run}. "contact-sync runs" lists the runs.`);
  const { map, match, emptyCells } = before.options;
  const ended = ({ outcome }: OutcomeRecord) => WELL.has(outcome);
  return { sources: rowsOfRun(before, ended, flags.sample), options: { map, match, emptyCells } };
}

function sizeOf(text: string): number {
  const size = Number(text);
  if (!Number.isInteger(size) || size < 1) throw new InvalidArgumentError('Give a whole number from 1 up.');
  return size;
}
