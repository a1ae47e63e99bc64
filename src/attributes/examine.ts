import type { Answer, NetworkFault } from '../chatwoot/answer.ts';
import { type ContactRequests, pageIn } from '../chatwoot/contacts.ts';
import type { Ask } from '../chatwoot/preflight.ts';
import type { LiveContact } from '../contact/live.ts';
import { breaks, probeBody, probed } from './broken.ts';
import type { Column } from './column.ts';
import { type Finding, findingOf } from './compare.ts';
import { creationOf, definitionBody, keyFault, typeFor } from './create.ts';
import { troubleOf } from './trouble.ts';

/** Chatwoot's page size, whatever is asked for (contacts_controller.rb). */
const PAGE = 15;

/** Tries of a page of the account before the search ends: one hiccup must not cost a thousand calls. */
const TRIES = 3;

export interface ExamineOptions {
  ask: Ask;
  requests: ContactRequests;
  /** As `GET /api` says it. */
  version: string;
  /** Add what is missing. */
  create: boolean;
  /** Look for the contacts that break a filter. */
  find: boolean;
  /** Told before the account is read, which may take long. */
  onSearch: (contacts: number, calls: number) => void;
  /** Waits so many milliseconds before a page is asked for again. */
  pause: (ms: number) => Promise<void>;
}

/** What was found out, as far as it came. */
export interface Examined {
  findings: Finding[];
  /** Calls that looking for the contacts of broken filters takes; undefined when no filter is broken. */
  searchCalls?: number | undefined;
  /** Why it went no further, with the next step. */
  stopped?: string | undefined;
}

/**
 * Tries the filter of every key that is defined, creates what is missing when asked to and tries those filters too (the
 * contacts may hold anything under a key that was not defined), and then looks for the contacts that break them.
 */
export async function examine(columns: readonly Column[], options: ExamineOptions): Promise<Examined> {
  const result: Examined = { findings: columns.map(findingOf) };
  for (const finding of result.findings) {
    result.stopped = finding.defined === null ? undefined : await tryFilter(finding, options);
    if (result.stopped !== undefined) return result;
  }
  for (const finding of result.findings.filter(({ defined }) => defined === null)) {
    result.stopped = await createOne(finding, options);
    if (result.stopped !== undefined) return result;
  }
  const broken = result.findings.filter((finding) => finding.broken);
  if (broken.length > 0) await search(broken, options, result);
  return result;
}

/** Marks the finding when its filter is broken; a sentence when that could not be learnt. */
async function tryFilter(finding: Finding, { ask, requests }: ExamineOptions): Promise<string | undefined> {
  const body = probeBody(finding.column.key, finding.defined!);
  if (body === undefined) return undefined;
  const answer = await ask(requests.filter(body, undefined, 'probe-filter'));
  const says = probed(answer);
  if (says === undefined) return troubleOf(answer);
  finding.broken = says === 'broken';
  return undefined;
}

/** Creates a definition that is missing, or says in the finding why it cannot be; a sentence when nothing more can. */
async function createOne(finding: Finding, options: ExamineOptions): Promise<string | undefined> {
  const { key, shown } = finding.column;
  const fault = keyFault(key, options.version);
  if (fault !== undefined) finding.refusal = fault;
  if (fault !== undefined || !options.create) return undefined;
  const type = typeFor(shown);
  const creation = creationOf(await options.ask(options.requests.createDefinition(definitionBody(key, type))));
  if (creation.type === 'stopped') return creation.why;
  if (creation.type === 'refused') {
    finding.refusal = creation.why;
    return undefined;
  }
  finding.created = true;
  finding.defined = type;
  return tryFilter(finding, options);
}

/** Reads the account page by page. The first page is read in any case: a desk that is ill fails it as well. */
async function search(broken: readonly Finding[], options: ExamineOptions, result: Examined): Promise<void> {
  const first = await readPage(1, options);
  if ('trouble' in first) {
    for (const finding of broken) finding.broken = false;
    result.stopped = first.trouble;
    return;
  }
  let pages = Math.max(1, Math.ceil(first.count / PAGE));
  result.searchCalls = pages;
  if (!options.find) return;
  options.onSearch(first.count, pages);
  const found = broken.map(() => new Set<number>());
  const look = (contacts: readonly LiveContact[]) => {
    for (const contact of contacts) {
      broken.forEach(({ column, defined }, i) => {
        if (breaks(contact, column.key, defined!)) found[i]!.add(contact.id);
      });
    }
  };
  look(first.contacts);
  for (let page = 2; page <= pages; page++) {
    const next = await readPage(page, options);
    if ('trouble' in next) {
      result.stopped = next.trouble;
      return;
    }
    look(next.contacts);
    // The account may grow while it is read.
    pages = Math.ceil(next.count / PAGE);
  }
  broken.forEach((finding, i) => {
    finding.holders = [...found[i]!].sort((a, b) => a - b);
  });
}

type Page = { count: number; contacts: LiveContact[] };

async function readPage(page: number, options: ExamineOptions): Promise<Page | { trouble: string }> {
  let answer: Answer | NetworkFault | undefined;
  for (let tried = 1; tried <= TRIES; tried++) {
    if (tried > 1) await options.pause(500 * tried);
    answer = await options.ask(options.requests.page(page));
    const read = answer.type === 'answer' && answer.status === 200 ? pageIn(answer.text) : undefined;
    if (read !== undefined) return read;
    if (answer.type === 'answer' && answer.status < 500) break;
  }
  return { trouble: troubleOf(answer!) };
}
