import { join } from 'node:path';
import type { RailName } from '../rails/rail.ts';
import type { Summary } from '../run/summary.ts';
import { isAddress } from '../source/address.ts';
import { books } from './books.ts';
import { counted } from './number.ts';

/** What the operator should do now: a sentence and, if there is one, the command to type. */
export interface NextStep {
  text: string;
  command?: string;
}

/** Decides from the summary alone what comes next; the one most urgent thing, never a list. */
export function nextStep(summary: Summary): NextStep {
  const { attention, open, balance } = books(summary);
  switch (summary.status) {
    case 'running':
      return {
        text: 'The run is still going. Look again:',
        command: `contact-sync status ${shellWord(summary.run)}${ofAccount(summary)}`,
      };
    case 'interrupted':
    case 'stopped':
      return { text: `${waitingRows(open)} Continue the run:`, command: resume(summary) };
    case 'cancelled':
      if (summary.stopped_by !== undefined) return afterStop(summary, summary.stopped_by);
      return canBeRetried(summary)
        ? { text: 'To send the rest:', command: `contact-sync retry ${shellWord(summary.run)}${ofAccount(summary)}` }
        : {
            text: 'To send the rest, run it again: what was already written costs no second write.',
            ...again(summary),
          };
    case 'finished':
      if (!balance) {
        const ledger = join(summary.report_dir, 'outcomes.ndjson');
        return { text: `The books do not balance. Please report this as a bug and keep ${ledger}.` };
      }
      return attention === 0 ? { text: 'Nothing to do.' } : repair(summary, attention);
  }
}

/** Never the override itself: what a guard rail saw is looked at first. */
function afterStop(summary: Summary, rail: RailName): NextStep {
  switch (rail) {
    case 'shrunk':
      // Another export has another age.
      return { text: 'Check that the export is complete, then run it again:', command: invocation(summary) };
    case 'failed': {
      const file = join(summary.report_dir, 'needs-attention.csv');
      return { text: `See in ${file} why Chatwoot refuses, then run it again:`, ...again(summary) };
    }
    case 'column':
    case 'changed':
      return { text: 'Look at what it would do, and let it pass only when that is meant:', ...look(summary) };
  }
}

function look(summary: Summary): { command?: string } {
  if (summary.files.length === 0) return {};
  const rest = `${pathsOf(summary)}${ofSource(summary)}`;
  if (summary.reconciled === undefined) return { command: `contact-sync plan${rest}${ofAccount(summary)}` };
  return {
    command: `contact-sync ${feeds(summary)}${rest}${piped(summary) ? '' : asOf(summary)}${ofAccount(summary)} --dry-run`,
  };
}

function repair(summary: Summary, attention: number): NextStep {
  const file = shellWord(join(summary.report_dir, 'needs-attention.csv'));
  // What was exported does not become newer by being corrected.
  const command = `contact-sync ${feeds(summary)} ${file}${ofSource(summary)}${asOf(summary)}${ofAccount(summary)}`;
  const { failed, cancelled } = summary.outcomes;
  // Nothing is wrong with rows that merely used up their attempts: there is nothing to fix in the file.
  if (failed + cancelled === attention) {
    const text = `${counted(attention, 'row')} can be tried again as they are:`;
    if (canBeRetried(summary))
      return { text, command: `contact-sync retry ${shellWord(summary.run)}${ofAccount(summary)}` };
    if (DECIDED.has(summary.command)) return { text, ...again(summary) };
    return { text: `${text.slice(0, -1)}, with the same options:`, command };
  }
  // Its rows were no file's, so there is nothing to be corrected in one.
  if (DECIDED.has(summary.command))
    return { text: 'Look at the rows that need attention, then do it again:', ...again(summary) };
  return { text: 'Fix needs-attention.csv and feed it back, with the same options:', command };
}

function waitingRows(open: number): string {
  return open > 0 ? `${counted(open, 'row')} still wait for an outcome; nothing is lost.` : 'Nothing is lost.';
}

function resume(summary: Summary): string {
  return `${invocation(summary)} --run-id ${shellWord(summary.run)}`;
}

function again(summary: Summary): { command?: string } {
  return summary.files.length > 0 ? { command: `${invocation(summary)}${piped(summary) ? '' : asOf(summary)}` } : {};
}

/** The command that takes corrected rows of a run. */
function feeds({ reconciled }: Summary): string {
  return reconciled === undefined ? 'sync' : `reconcile ${reconciled.source}`;
}

/** What comes through a pipe once more is as new as that. */
function piped({ files }: Summary): boolean {
  return files.some(({ path }) => path === '-');
}

/** A moment later: what a try that failed may have left on the desk is not newer than the next one. */
function asOf({ reconciled }: Summary): string {
  return reconciled === undefined ? '' : ` --as-of ${new Date(Date.parse(reconciled.as_of) + 1).toISOString()}`;
}

function invocation(summary: Summary): string {
  const about = summary.of === undefined ? `${pathsOf(summary)}${ofSource(summary)}` : ` ${shellWord(summary.of)}`;
  const does = summary.command === 'reconcile' ? feeds(summary) : summary.command;
  return `contact-sync ${does}${about}${ofAccount(summary)}`;
}

/** The files as a command has to name them: not those whose place its source knows, of which more may not be shown either. */
function pathsOf({ files }: Summary): string {
  return files.map(({ path, by_source }) => (by_source === true ? '' : ` ${shellWord(path)}`)).join('');
}

/** The source is what `reconcile` says by its first word. */
function ofSource({ source, preset, reconciled }: Summary): string {
  const named = source === undefined || reconciled !== undefined ? '' : ` --source ${source}`;
  return `${named}${preset === undefined ? '' : ` --preset ${preset}`}`;
}

/** What a command about a run has to be told besides. */
export function ofAccount({ account }: Pick<Summary, 'account'>): string {
  return account === undefined ? '' : ` --account ${account}`;
}

/** Commands whose changes were decided before, by a plan or by an earlier run. */
const DECIDED: ReadonlySet<string> = new Set(['apply', 'undo']);

/** Of standard input and of addresses no copy is kept after the run. */
function canBeRetried({ command, files }: Summary): boolean {
  return !DECIDED.has(command) && files.length > 0 && files.every(({ path }) => path !== '-' && !isAddress(path));
}

/** A word that a POSIX shell reads back unchanged, so that a command can be copied even for `my contacts.csv`. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
