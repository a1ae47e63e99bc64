import { existsSync } from 'node:fs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { entryText } from '../plan/draw-entry.ts';
import type { PlanEntry } from '../plan/entry.ts';
import { printable } from '../report/layout.ts';
import { shellWord } from '../report/next-step.ts';
import { count, counted } from '../report/number.ts';
import { OUTCOMES, type Outcome } from '../run/outcome.ts';
import type { OutcomeRecord } from '../run/record.ts';
import { isAddress } from '../source/address.ts';
import { Refusal } from './failure.ts';
import { Foreseen } from './foreseen.ts';
import { foresight, SHOWN } from './foresight.ts';
import {
  type CommonFlags,
  withColumnOptions,
  withCommonOptions,
  withPaceOptions,
  withSourceOption,
} from './options.ts';
import { rowsOfRun } from './rows-of-run.ts';
import { sampleOf, sampleOfRun } from './sample.ts';
import { settleBooks } from './settle-books.ts';
import { csvFiles, type Errand } from './start.ts';

type VerifyFlags = CommonFlags & { sample?: number; all?: boolean };

const EXAMPLE = `
Example:
  $ contact-sync verify contacts.csv --sample 200
  $ contact-sync verify run_20260102T030405_a1b2`;

/** Outcomes after which the desk has to hold what the row says. */
const WELL: ReadonlySet<Outcome> = new Set(['updated', 'created', 'unchanged', 'merged']);

/** What is found of a row that the desk holds, or whose place a later row of the same contact took. */
const SAME: ReadonlySet<Outcome> = new Set(['unchanged', 'merged', 'stale', 'skipped']);

/**
 * Whatever the configuration says: what is remembered proves nothing, a row that is found by id is read too, and a contact
 * that is not there is one that is missing.
 */
const READ_BACK = { trust: 'live', undo: true, onMissing: 'report', limit: null } as const;

/** Declares `verify`. */
export function verifyCommand(program: Command): void {
  const command = program
    .command('verify')
    .argument(
      '[file or run]',
      'CSV file (- reads standard input; default: url of the source), or a run: then the rows of it that ended well',
    )
    .description('read back and compare; writes nothing');
  withColumnOptions(withSourceOption(withPaceOptions(withCommonOptions(command))))
    .addOption(
      new Option('--empty-cells <what>', 'an empty cell says nothing (default), or that the field is empty').choices([
        'leave',
        'clear',
      ]),
    )
    .option('--sample <n>', 'only so many rows, picked at random, and the others of their contacts', sizeOf)
    .option('--all', `show every difference, not only the first ${SHOWN}`)
    .addHelpText('after', EXAMPLE)
    .action(async (what: string | undefined, flags: VerifyFlags) => {
      process.exitCode = await verify(what, flags);
    });
}

async function verify(what: string | undefined, flags: VerifyFlags): Promise<number> {
  const isRun = what !== undefined && !(existsSync(what) || what === '-' || isAddress(what));
  const errand = isRun ? await ofRun(what, flags) : ofFile(what === undefined ? [] : [what], flags);
  return foresight(
    { ...errand, command: 'verify', flags, everyRow: false, options: { ...errand.options, ...READ_BACK } },
    async (started) => {
      const shown = flags.all === true ? Number.POSITIVE_INFINITY : SHOWN;
      const foreseen = await Foreseen.read(started, { writer: undefined, shown });
      const { outcomes, reasons, rows, files, calls } = await foreseen.document();
      const different = OUTCOMES.reduce((sum, outcome) => sum + (SAME.has(outcome) ? 0 : outcomes[outcome]), 0);
      const same = rows - different;
      const { console, state } = started;
      if (flags.json === true) {
        const found = { differences: foreseen.changes, attention: foreseen.attention };
        console.document({ rows, same, different, outcomes, reasons, calls, files, ...found });
      } else {
        const text = console.text(process.stdout);
        for (const entry of foreseen.changes) console.print(entryText(entry, text));
        for (const entry of foreseen.attention) console.print(lineOf(entry));
        const left = different - foreseen.changes.length - foreseen.attention.length;
        if (left > 0) console.print(`  and ${counted(left, 'more row')}; --all shows them.`);
        console.print(sentence(same, different, outcomes));
        if (outcomes.updated > 0) {
          const named = state.files.flatMap(({ path, by_source }) => (by_source === true ? [] : [shellWord(path)]));
          const command = ['contact-sync sync', ...named, '--trust live'].join(' ');
          console.print(`Write what differs, with the same options: ${command}`);
        }
      }
      return different === 0 ? 0 : 1;
    },
  );
}

/** A row that could not be compared. */
function lineOf({ source, line, outcome, reason }: PlanEntry): string {
  const place = `line ${count(line)} of ${source === '-' ? 'standard input' : printable(source)}`;
  return `  ${place}: ${words(outcome)}${reason === null ? '' : ` (${reason})`}`;
}

/** How many hold what they should, and what became of the others. */
function sentence(same: number, different: number, outcomes: Readonly<Record<Outcome, number>>): string {
  const hold = `${counted(same, 'row')} ${same === 1 ? 'is' : 'are'} on the desk as in the source`;
  if (different === 0) return `${hold}; nothing differs.`;
  const parts = OUTCOMES.filter((outcome) => !SAME.has(outcome) && outcomes[outcome] > 0).map(
    (outcome) => `${count(outcomes[outcome])} ${words(outcome)}`,
  );
  return `${hold}, ${count(different)} ${different === 1 ? 'is' : 'are'} not: ${parts.join(', ')}.`;
}

function words(outcome: Outcome): string {
  const said: Partial<Record<Outcome, string>> = { updated: 'with other values', not_found: 'without a contact' };
  return said[outcome] ?? outcome;
}

type Part = Pick<Errand, 'sources'> & { options?: Errand['options'] };

function ofFile(given: string[], flags: VerifyFlags): Part {
  const files = csvFiles(given, flags);
  return { sources: flags.sample === undefined ? files : sampleOf(files, flags.sample, Math.random) };
}

async function ofRun(run: string, flags: VerifyFlags): Promise<Part> {
  const before = await settleBooks(run, flags);
  if (before === undefined)
    throw new Refusal(`There is no file and no run ${run}. "contact-sync runs" lists the runs.`);
  const { map, match, emptyCells, source, mapping } = before.options;
  const well = ({ outcome }: OutcomeRecord) => WELL.has(outcome);
  const { sample } = flags;
  const wanted = sample === undefined ? well : await sampleOfRun(before, well, sample, Math.random);
  const otherwise = 'Compare the desk with a file instead: contact-sync verify FILE';
  return {
    sources: rowsOfRun(before, { wanted, otherwise }),
    options: { map, match, emptyCells, ...(source && { source }), ...(mapping && { mapping }) },
  };
}

function sizeOf(text: string): number {
  const size = Number(text);
  if (!Number.isInteger(size) || size < 1) throw new InvalidArgumentError('Give a whole number from 1 up.');
  return size;
}
