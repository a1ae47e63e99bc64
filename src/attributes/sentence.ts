import { clip, printable } from '../report/layout.ts';
import { count, counted } from '../report/number.ts';
import { type BadValue, type Column, MOST_DISTINCT, SAMPLES, type ShownType } from './column.ts';
import { type Finding, isUnfilterable } from './compare.ts';
import { typeFor } from './create.ts';

/** What is wrong with an attribute, and what to do about it. */
export interface Remark {
  what: string;
  next: string;
}

/** What the words need besides the finding. */
export interface Surroundings {
  /** Calls that looking for contacts takes. */
  searchCalls?: number | undefined;
  /** A defined key that the missing one may mean. */
  near: (key: string) => string | undefined;
  contactUrl: (id: number) => string;
}

/** Contacts named on the terminal; the document has all of them. */
const MOST_CONTACTS = 20;

/** Columns of the terminal that an option's name may take. */
const VALUE_WIDTH = 40;

const KINDS: Record<string, string> = {
  number: 'a plain decimal number',
  checkbox: 'true or false',
  date: 'a date (YYYY-MM-DD)',
  link: 'a complete http or https address',
};

/** One remark for each thing that is wrong; none when all is well. */
export function remarksOf(finding: Finding, around: Surroundings): Remark[] {
  const remarks: Remark[] = [];
  if (finding.defined === null) remarks.push(missing(finding, around));
  if (finding.column.badRows > 0) remarks.push(mismatch(finding));
  if (isUnfilterable(finding.defined)) remarks.push(unfilterable(finding));
  if (finding.broken) remarks.push(...broken(finding, around));
  return remarks;
}

/** What was created, in a sentence. */
export function createdSentence({ column, defined }: Finding): string {
  const empty = column.shown === null ? '; the column is empty, so nothing spoke for another type' : '';
  return `${printable(column.key)} was created as ${defined}${empty}.`;
}

function missing({ column, refusal }: Finding, around: Surroundings): Remark {
  const key = printable(column.key);
  const what = `${key} is not defined in the account: its values would not be shown beside a conversation and cannot be filtered.`;
  if (refusal !== undefined) return { what: `${what} It cannot be created.`, next: printable(refusal) };
  const near = around.near(column.key);
  const meant = near === undefined ? '' : `If ${printable(near)} is meant, map the column to it. `;
  return { what, next: `${meant}To define it as ${article(column.shown)}, give the same command with --create.` };
}

function article(shown: ShownType | null): string {
  return shown === null ? 'text (the column is empty)' : typeFor(shown);
}

function mismatch({ column, defined }: Finding): Remark {
  const key = printable(column.key);
  const where = `${counted(column.badRows, 'row')} (${lines(column)})`;
  if (defined === 'list') {
    const what = `${key} is a list, and ${where} ${hold(column)} what is no option of it`;
    const { strangers } = column;
    if (strangers === null) {
      return {
        what: `${what}: ${MOST_DISTINCT} different values or more, so the column is no list.`,
        next: 'Map it to a key that is defined as text; sync ends these rows as invalid.',
      };
    }
    return {
      what: `${what}: ${values(strangers)}.`,
      next: 'Add the options in Chatwoot (Settings, Custom Attributes) or correct the cells; sync ends these rows as invalid.',
    };
  }
  const what = `${key} is defined as ${defined}, and ${where} ${hold(column)} something else than ${KINDS[defined ?? ''] ?? defined}.`;
  if (defined === 'link')
    return { what, next: 'Correct the cells: sync writes them as they stand, and the link leads nowhere.' };
  const shows = column.shown === null || column.shown === defined ? '' : ` (the column shows ${column.shown})`;
  return {
    what,
    next: `Correct the cells, or map the column to a key of another type${shows}; sync ends these rows as invalid.`,
  };
}

function hold(column: Column): string {
  return column.badRows === 1 ? 'holds' : 'hold';
}

function lines({ badRows, badLines }: Column): string {
  const named = badLines.map(count).join(', ');
  const more = badRows > badLines.length ? ' and more' : '';
  return `${badLines.length === 1 ? 'line' : 'lines'} ${named}${more}`;
}

function values(strangers: readonly BadValue[]): string {
  const shown = strangers
    .slice(0, SAMPLES)
    .map(({ value, rows }) => `"${clip(printable(value), VALUE_WIDTH)}"${rows > 1 ? ` (${count(rows)})` : ''}`);
  const left = strangers.length - shown.length;
  return left === 0 ? shown.join(', ') : `${shown.join(', ')} and ${left} more`;
}

function unfilterable({ column, defined }: Finding): Remark {
  return {
    what: `${printable(column.key)} is defined as ${defined}: every filter on it ends in a server error of Chatwoot.`,
    next: 'Define it as number instead, under another key, if contacts have to be found by it.',
  };
}

function broken({ column, defined, holders }: Finding, around: Surroundings): Remark[] {
  const kind = KINDS[defined ?? ''] ?? defined;
  const what = `${printable(column.key)} is defined as ${defined}, and some contact holds something else than ${kind}: every filter on it ends in a server error, for the whole account.`;
  if (holders === undefined) {
    const calls = around.searchCalls === undefined ? '' : ` (${counted(around.searchCalls, 'call')})`;
    return [{ what, next: `To find the contacts, give the same command with --find${calls}.` }];
  }
  if (holders.length === 0) {
    return [
      {
        what: `${what} No contact in the list does; contacts without e-mail, phone and identifier are in no list, but break the filter too.`,
        next: 'Find them in the database with the query in docs/attributes.md.',
      },
    ];
  }
  const urls = holders.slice(0, MOST_CONTACTS).map((id) => `\n${id}  ${around.contactUrl(id)}`);
  const left = holders.length - urls.length;
  const more = left > 0 ? `\nand ${count(left)} more (all with --json)` : '';
  return [
    {
      what: `${what} ${counted(holders.length, 'contact')} ${holders.length === 1 ? 'does' : 'do'}:${urls.join('')}${more}`,
      next: `Correct them there, or sync a file with the columns id and custom_attributes.${printable(column.key)}.`,
    },
  ];
}
