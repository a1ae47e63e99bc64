import { reportedFields } from '../src/contact/label.ts';
import type { LiveContact } from '../src/contact/live.ts';
import { judge } from '../src/match/expectation.ts';
import { type FoldedChange, fold, type MatchedRow } from '../src/match/fold.ts';
import { type Found, type Resolution, resolve } from '../src/match/resolve.ts';
import type { LookupKind, WaitingRow } from '../src/queue/intake.ts';
import { newContact } from '../src/queue/new-contact.ts';
import type { Circumstances, Ending } from '../src/run/entry.ts';
import type { Outcome } from '../src/run/outcome.ts';
import type { Reason } from '../src/run/reason.ts';
import type { MatchTools } from './match.ts';
import type { Reading } from './reading.ts';

/** What becomes of the rows of one batch, once their contacts were looked up. */
export class Sorting {
  readonly #kind: LookupKind;
  readonly #found: Found;
  readonly #read: Reading;
  readonly #tools: MatchTools;
  readonly #endings: Ending[] = [];
  readonly #leftOver = new Map<LookupKind, WaitingRow[]>();
  readonly #matched = new Map<string, MatchedRow[]>();
  /** Fields of a row that are left alone, by row number and run. */
  readonly #left = new Map<WaitingRow, string>();

  constructor(kind: LookupKind, found: Found, read: Reading, tools: MatchTools) {
    this.#kind = kind;
    this.#found = found;
    this.#read = read;
    this.#tools = tools;
  }

  async sort(row: WaitingRow): Promise<void> {
    const options = await this.#tools.optionsOf(row.run);
    const resolution = resolve(row, this.#found, this.#kind);
    switch (resolution.type) {
      case 'contact':
        return this.#match(row, resolution.contact, resolution.live, resolution.matchedBy);
      case 'left-over':
        // Nothing of it is to be kept, so it is written without being read.
        if (resolution.to === 'id' && !options.undo && row.expect === undefined)
          return this.#match(row, row.keys.id!, undefined, 'id');
        this.#leftOver.set(resolution.to, [...(this.#leftOver.get(resolution.to) ?? []), row]);
        return;
      case 'gone':
        this.#end(row, ...wordsFor(resolution), row.keys.id);
        return;
      case 'not-found': {
        const subject = options.onMissing === 'create' ? newContact(row) : undefined;
        if (subject !== undefined) return this.#match(row, subject, undefined, undefined);
      }
    }
    this.#end(row, ...wordsFor(resolution));
  }

  /** Hands on what is to be done: to the mailboxes, to the next look-up, or to the ledger. */
  async send(): Promise<void> {
    const { ledger, intake, mailboxes, holdsWrites, enqueue } = this.#tools;
    const changes = fold(this.#matched);
    await this.#tools.onCompared(this.#seen(changes));
    const deliveries = changes.map((change) => ({
      ...change,
      rows: change.rows.map((row) => ({ ...row, ...this.#leftOf(row) })),
      readAt: this.#read.at,
      circumstances: this.#read.circumstances(change.rows.at(-1)!, change.contact),
    }));
    await ledger.settle(this.#endings);
    const batches: string[] = [];
    for (const [kind, rows] of this.#leftOver) batches.push(...(await intake.take(kind, rows)));
    const contacts = await mailboxes.deliver(deliveries);
    // A contact waits only while every run that wants something of it does.
    const held = new Map<string, boolean>();
    const due: string[] = [];
    /** Of events alone: they overtake files. */
    const urgent: string[] = [];
    for (const contact of contacts) {
      const runs = [...new Set(this.#matched.get(contact)!.map(({ row }) => row.run))];
      const key = runs.join();
      if (!held.has(key)) held.set(key, await holdsWrites(runs));
      if (held.get(key) === true) continue;
      const rows = this.#matched.get(contact)!;
      (rows.every(({ row }) => row.event === true) ? urgent : due).push(contact);
    }
    await enqueue(due, batches, urgent);
  }

  #match(row: WaitingRow, contact: string, live: LiveContact | undefined, matchedBy: MatchedRow['matchedBy']): void {
    const judged = judge(row, live);
    if (judged.type === 'skip') {
      this.#end(row, 'skipped', judged.reason, contact, judged.fields);
      return;
    }
    if (judged.left.length > 0) this.#left.set(row, judged.left.join(' '));
    const entry = { row: judged.patch === row.patch ? row : { ...row, patch: judged.patch }, live, matchedBy };
    if (entry.row !== row && judged.left.length > 0) this.#left.set(entry.row, judged.left.join(' '));
    this.#matched.set(contact, [...(this.#matched.get(contact) ?? []), entry]);
  }

  #end(
    row: WaitingRow,
    outcome: Outcome,
    reason: Reason,
    contact: string | null = null,
    fields: readonly string[] = [],
  ) {
    const circumstances = { ...this.#read.circumstances(row, contact), fields: reportedFields(fields) };
    this.#endings.push(ending(row, outcome, reason, circumstances));
  }

  #leftOf(row: WaitingRow): { left?: string } {
    const left = this.#left.get(row);
    return left === undefined ? {} : { left };
  }

  #seen(changes: readonly FoldedChange[]): Compared[] {
    return changes.map((change) => {
      const matched = this.#matched.get(change.contact)!;
      return { change, live: matched.find((entry) => entry.live !== undefined)?.live, at: this.#read.at };
    });
  }
}

/** A row that ends without having been written. */
export function ending(row: WaitingRow, outcome: Outcome, reason: Reason, circumstances: Circumstances): Ending {
  return { run: row.run, place: row, outcome, reason, circumstances };
}

/** A contact that was read, and what is wanted of it. */
export interface Compared {
  change: FoldedChange;
  /** Undefined when it was not read, or does not exist yet. */
  live: LiveContact | undefined;
  /** Redis' clock before it was read, in epoch milliseconds. */
  at: number;
}

function wordsFor(resolution: Exclude<Resolution, { type: 'contact' | 'left-over' }>): [Outcome, Reason] {
  switch (resolution.type) {
    case 'not-found':
      return ['not_found', 'no-such-contact'];
    case 'gone':
      return ['rejected', 'contact-gone'];
    case 'ambiguous':
      return ['ambiguous', 'several-contacts'];
    case 'refused':
      return ['invalid', 'lookup-refused'];
  }
}
