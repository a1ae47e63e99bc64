import type { DeskRequest } from '../src/chatwoot/answer.ts';
import { contactIn, labelsOf, pageIn } from '../src/chatwoot/contacts.ts';
import type { LiveContact } from '../src/contact/live.ts';
import { type Condition, filterBody, packCalls } from '../src/match/condition.ts';
import type { Found } from '../src/match/resolve.ts';
import type { SendOptions, Sent } from '../src/pace/desk.ts';
import type { Batch, WaitingRow } from '../src/queue/intake.ts';
import type { Circumstances } from '../src/run/entry.ts';
import { TryLater } from './failure.ts';
import type { MatchTools } from './match.ts';

/** So many values refused alone and none accepted: more likely the desk's doing than theirs. */
const REFUSED_TOO_MANY = 3;

/** A server error for one value alone is asked for once more before the value is blamed. */
const ASKS_ALONE = 2;

/** The calls of one batch. */
export class Reading {
  /** Redis clock before the first call, epoch milliseconds: nothing read is older. */
  at = Number.POSITIVE_INFINITY;
  readonly #batch: Batch;
  readonly #tools: MatchTools;
  #calls = 0;
  #accepted = false;
  /** Refused before any value was accepted: the desk may have been ill then. */
  readonly #early: Condition[] = [];
  #last: Sent | undefined;
  /** The answer of each contact that was read by its id. */
  readonly #ofId = new Map<string, Sent>();
  /** Why contacts could not be read by their id: a trouble of theirs, while the others of the batch are well. */
  readonly unread = new Map<string, TryLater>();

  constructor(batch: Batch, tools: MatchTools) {
    this.#batch = batch;
    this.#tools = tools;
  }

  async all(rows: readonly WaitingRow[]): Promise<Found> {
    const found: Found = { contacts: [], refused: [] };
    const { kind } = this.#batch;
    if (kind === 'id') {
      for (const id of new Set(rows.map((row) => row.keys.id!))) await this.#readOne(id, found);
      return found;
    }
    for (const conditions of packCalls(rows, kind)) await this.#find(conditions, found);
    if (found.refused.length > 1 && !this.#accepted) this.#suspect(found);
    if (this.#accepted && this.#early.length > 0) await this.#askAgain(found);
    const unique = new Map(found.contacts.map((contact) => [contact.id, contact]));
    return { contacts: [...unique.values()], refused: found.refused };
  }

  /** One contact by its id; one that is not there any more is simply not found. */
  async #readOne(id: string, found: Found): Promise<void> {
    const sent = await this.#ask((requestId) => this.#tools.requests.read(id, requestId));
    this.#ofId.set(id, sent);
    const { verdict } = sent;
    if (verdict.type === 'never') return;
    const live = verdict.type === 'ok' ? contactIn(verdict.answer.text) : undefined;
    if (live !== undefined) found.contacts.push(live);
    else if (verdict.type === 'later')
      this.unread.set(id, new TryLater(verdict.reason, verdict.status, verdict.detail));
    else this.unread.set(id, new TryLater('not-an-answer', verdict.answer.status, 'no contact'));
  }

  /**
   * Reads the labels of contacts whose rows say something about them. Where that fails to the last, or the contact is gone by
   * now, they stay unknown: the write reads them once more and finds the words for it.
   */
  async labels(contacts: Iterable<LiveContact>): Promise<void> {
    for (const live of contacts) {
      const { verdict } = await this.#ask((requestId) => this.#tools.requests.readLabels(String(live.id), requestId));
      const labels = verdict.type === 'ok' ? labelsOf(verdict.answer.text) : undefined;
      if (labels !== undefined) live.labels = labels;
      if (labels !== undefined || verdict.type === 'never' || this.#tools.attempt.last) continue;
      if (verdict.type === 'later') throw new TryLater(verdict.reason, verdict.status, verdict.detail);
      throw new TryLater('not-an-answer', verdict.answer.status, 'no list of labels');
    }
  }

  /** A server error with many values may be one value's fault: halve until it stands alone, and the others go on. */
  async #find(conditions: readonly Condition[], found: Found): Promise<void> {
    for (let asked = 1; ; asked++) {
      const sent = await this.#send(conditions, undefined);
      const { verdict } = sent;
      if (verdict.type === 'ok') {
        this.#accepted = true;
        found.contacts.push(...(await this.#contactsOf(sent, conditions)));
        return;
      }
      const refused = verdict.type === 'never' || verdict.reason === 'server-error';
      if (!refused) throw new TryLater(verdict.reason, verdict.status, verdict.detail);
      if (conditions.length > 1) {
        const half = Math.ceil(conditions.length / 2);
        await this.#find(conditions.slice(0, half), found);
        await this.#find(conditions.slice(half), found);
        return;
      }
      if (asked >= ASKS_ALONE) {
        found.refused.push(conditions[0]!);
        if (!this.#accepted) this.#early.push(conditions[0]!);
        const tooMany = found.refused.length >= REFUSED_TOO_MANY && !this.#accepted;
        if (tooMany && verdict.type === 'later' && !this.#tools.attempt.last) this.#suspect(found);
        return;
      }
    }
  }

  /** The desk is well by now: what it refused while it may have been ill gets its chance. */
  async #askAgain(found: Found): Promise<void> {
    const early = new Set(this.#early.splice(0));
    found.refused = found.refused.filter((condition) => !early.has(condition));
    for (const condition of early) await this.#find([condition], found);
  }

  /** Not one value was accepted: that says more about the desk than about them. */
  #suspect(found: Found): never {
    const status = statusOf(this.#last);
    throw new TryLater('server-error', status, `${found.refused.length} look-ups were refused and none accepted`);
  }

  async #contactsOf(sent: Sent, conditions: readonly Condition[]): Promise<LiveContact[]> {
    const first = this.#page(sent);
    if (first.count <= first.contacts.length) return first.contacts;
    // Contacts that share a phone number: read on, in an order that holds still.
    const contacts: LiveContact[] = [];
    for (let page = 1; contacts.length < first.count; page++) {
      const next = await this.#send(conditions, page);
      if (next.verdict.type !== 'ok') throw new TryLater('server-error', next.verdict.status, next.verdict.detail);
      const read = this.#page(next);
      if (read.contacts.length === 0) break;
      contacts.push(...read.contacts);
    }
    return contacts;
  }

  #page(sent: Sent): { count: number; contacts: LiveContact[] } {
    const page = sent.verdict.type === 'ok' ? pageIn(sent.verdict.answer.text) : undefined;
    if (page === undefined) throw new TryLater('not-an-answer', 200, 'no page of contacts');
    return page;
  }

  #send(conditions: readonly Condition[], page: number | undefined): Promise<Sent> {
    return this.#ask((requestId) => this.#tools.requests.filter(filterBody(conditions), page, requestId));
  }

  async #ask(requestWith: (requestId: string) => DeskRequest): Promise<Sent> {
    const { desk, ledger, attempt, signal } = this.#tools;
    const run = this.#batch.rows[0]!.run;
    this.#calls++;
    const requestId = `${run}-match${this.#batch.id}_${this.#calls}-${attempt.number}`;
    const request = requestWith(requestId);
    const options: SendOptions = { signal, onCall: (call) => ledger.count(run, call) };
    // A batch that failed before is no new sign of an outage, and its parts are none at all.
    if (attempt.number === 1 && this.#calls === 1) options.subject = `batch ${this.#batch.id}`;
    const sent = await desk.send(async () => request, options);
    this.at = Math.min(this.at, sent!.at);
    this.#last = sent!;
    return sent!;
  }

  /** What the ledger writes down for a row that ends here. */
  circumstances(row: WaitingRow, contact: string | null): Circumstances {
    const last = (row.keys.id === undefined ? undefined : this.#ofId.get(row.keys.id)) ?? this.#last;
    return {
      contact,
      fields: [],
      status: statusOf(last),
      attempts: this.#tools.attempt.number,
      durationMs: this.#tools.now() - row.since,
      deskMs: last?.deskMs ?? null,
      requestId: last?.request.requestId ?? '',
      detail: '',
    };
  }
}

function statusOf(sent: Sent | undefined): number | null {
  const verdict = sent?.verdict;
  return verdict === undefined ? null : verdict.type === 'ok' ? verdict.answer.status : verdict.status;
}
