import type { PlanLookup } from '../plan/entry.ts';

/** Contacts a page, and conditions a filter call: both are fixed (contacts_controller.rb, match/condition.ts). */
const A_CALL = 15;

/** What the desk was seen to need, in milliseconds of its work. */
export interface Measured {
  /** Contacts of the account that are listed. */
  contacts: number;
  /** A page of the account, the mean of the first and the last: they get dearer with depth. */
  pageMs: number;
  /** A filter call of fifteen identifiers; undefined when none was made. */
  identifierMs: number | undefined;
  /** A filter call of fifteen e-mails or phones. */
  indexMs: number;
}

/** Rows that have to be looked up. */
export interface Wanted {
  index: number;
  identifier: number;
  id: number;
}

export type Way = 'filter' | 'account';

export interface Choice {
  way: Way;
  lookup: PlanLookup;
}

/** Reading the account has to be so much cheaper: what differs is looked up once more all the same. */
const CLEARLY = 0.8;

/**
 * The cheapest correct way to find the contacts of a file, by the desk's time: a call by e-mail uses an index and costs the
 * same in every account, one by identifier scans the account, and a page of the account is somewhere between. Pure.
 *
 * @param forced the operator's word
 */
export function choose(wanted: Wanted, measured: Measured | undefined, forced: Way | 'auto'): Choice {
  const calls = { index: ceil(wanted.index), identifier: ceil(wanted.identifier) };
  const filter = {
    way: 'filter',
    calls: calls.index + calls.identifier + wanted.id,
    desk_ms: Math.round(
      calls.index * (measured?.indexMs ?? INDEX_MS) +
        calls.identifier * (measured?.identifierMs ?? IDENTIFIER_MS) +
        wanted.id * READ_MS,
    ),
  };
  if (measured === undefined) {
    const why = whyFilter(wanted, 'what the account holds was not measured');
    return { way: 'filter', lookup: { way: NAMES.filter, why, others: [] } };
  }
  const pages = ceil(measured.contacts);
  const account = { way: 'account', calls: pages, desk_ms: Math.round(pages * measured.pageMs) };
  const cheaper = account.desk_ms < filter.desk_ms * CLEARLY;
  const way: Way = forced === 'auto' ? (cheaper && wanted.identifier > 0 ? 'account' : 'filter') : forced;
  const [own, other] = way === 'filter' ? [filter, account] : [account, filter];
  const compared = `${seconds(own.desk_ms)} of the desk's time against ${seconds(other.desk_ms)}`;
  const why =
    forced === 'auto'
      ? way === 'filter'
        ? whyFilter(wanted, compared)
        : `identifiers have no index: ${compared}; rows that are not seen are asked for by filter`
      : `as --lookup ${forced} says: ${compared}`;
  return { way, lookup: { way: NAMES[way], why, others: [{ ...other, way: NAMES[other.way as Way] }] } };
}

/** The ways in words. */
export const NAMES: Record<Way, string> = {
  filter: 'filter, 15 contacts a call',
  account: 'reading the whole account, 15 contacts a page',
};

/** Medians of a running Chatwoot 4.10.0: a filter of 15 e-mails; of 15 identifiers at 100,000 contacts; GET of a contact. */
const INDEX_MS = 18;
const IDENTIFIER_MS = 120;
const READ_MS = 10;

function whyFilter({ index, identifier }: Wanted, compared: string): string {
  if (identifier === 0) return `e-mail and phone have an index: ${compared}`;
  return index === 0
    ? `fewer than would pay for reading the account: ${compared}`
    : `most rows have an e-mail or phone, which have an index: ${compared}`;
}

function ceil(rows: number): number {
  return Math.ceil(rows / A_CALL);
}

function seconds(ms: number): string {
  return ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`;
}
