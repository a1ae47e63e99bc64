import { reportedFields } from '../src/contact/label.ts';
import { type Patch, REMOVE } from '../src/contact/patch.ts';
import type { RowVerdict, SendOptions } from '../src/pace/desk.ts';
import { isNewContact } from '../src/queue/new-contact.ts';
import type { Snapshot } from '../src/queue/snapshot.ts';
import type { Circumstances } from '../src/run/entry.ts';
import type { RunOptions } from '../src/run/state.ts';
import { recordsOf } from '../src/undo/vault.ts';
import { holderOf } from './conflict.ts';
import { TryLater } from './failure.ts';
import type { UpdateTools } from './update.ts';

/** One turn of a job at a mailbox: what was seen in it, what the calls cost, and how its rows end. */
export class Turn {
  readonly contact: string;
  readonly tools: UpdateTools;
  /** Fields that another contact has already; the rest is written without them. */
  readonly dropped = new Set<string>();
  /** Something was written in this turn. */
  wrote = false;
  readonly #startedAt: number;
  #seen: Snapshot | undefined;
  /** What was seen was seen just now: no need to look again before the first call. */
  #fresh = false;
  #deskMs: number | null = null;
  #holder: number | undefined;

  constructor(contact: string, tools: UpdateTools) {
    this.contact = contact;
    this.tools = tools;
    this.#startedAt = tools.now();
  }

  /** What lies in the mailbox, looked at once; undefined when it is empty. */
  async begin(): Promise<Snapshot | undefined> {
    await this.look();
    this.#fresh = true;
    return this.#seen;
  }

  async look(): Promise<Snapshot | undefined> {
    this.#seen = await this.tools.mailboxes.peek(this.contact);
    return this.#seen;
  }

  /** Another look, unless the first was the moment before. */
  async lookAgain(): Promise<Snapshot | undefined> {
    if (!this.#fresh) return this.look();
    this.#fresh = false;
    return this.#seen;
  }

  get isEmpty(): boolean {
    return this.#seen === undefined;
  }

  get seen(): Snapshot {
    return this.#seen!;
  }

  /** What is to be written: what was seen without what has to be left out. */
  get patch(): Patch {
    if (this.dropped.size === 0) return this.seen.patch;
    return Object.fromEntries(Object.entries(this.seen.patch).filter(([field]) => !this.dropped.has(field)));
  }

  /** Of the run whose row is the newest. */
  options(): Promise<RunOptions> {
    return this.tools.optionsOf(this.seen.rows[0]!.run);
  }

  /** How a call of this turn is sent. */
  sending(fields: () => readonly string[]): SendOptions {
    const { ledger, mailboxes, signal, fence, attempt } = this.tools;
    const { run } = this.seen.rows[0]!;
    const options: SendOptions = {
      fields,
      signal,
      fence: async () => {
        await Promise.all([fence(), this.seen.sent ? undefined : mailboxes.sending(this.contact)]);
      },
      onCall: (call) => ledger.count(run, call),
    };
    // A contact that failed before is no new sign of an outage.
    if (attempt.number === 1) options.subject = this.contact;
    return options;
  }

  /** How a call is sent that only reads: nothing can have been applied by it. */
  asking(): SendOptions {
    return { ...this.sending(() => []), fence: this.tools.fence };
  }

  took(deskMs: number | null): void {
    if (deskMs !== null) this.#deskMs = Math.round(((this.#deskMs ?? 0) + deskMs) * 1e3) / 1e3;
  }

  /** `<run>-<line>-<attempt>`, with a letter for the calls beside the first. */
  requestId(part: string): string {
    const { run, line } = this.seen.rows[0]!;
    return `${run}-${line}-${this.tools.attempt.number}${part}`;
  }

  /**
   * Nothing to write: the newest values are what the desk was seen to hold, or only rows remain whose values were all
   * replaced by newer ones that were written already, and they went with those.
   */
  async endWithoutCall(): Promise<void> {
    const seen = this.#seen;
    if (seen === undefined || Object.keys(seen.patch).length > 0) return;
    const circumstances = { ...this.#circumstances(null, ''), requestId: '' };
    const { mailboxes } = this.tools;
    if (seen.raw.length > 0) await mailboxes.acknowledge(seen, { outcome: 'unchanged', reason: '', circumstances });
    else await mailboxes.acknowledge(seen, { outcome: 'merged', reason: 'folded-into-newer', circumstances });
  }

  /** What was to be written was there when it was read right before. */
  endUnchanged(status: number): Promise<void> {
    const circumstances = this.#circumstances(status, '');
    return this.tools.mailboxes.acknowledge(this.seen, { outcome: 'unchanged', reason: '', circumstances });
  }

  /** Ends the rows by what the desk said; `id`: the number of a contact that was created. */
  async settle(verdict: RowVerdict, id?: string): Promise<void> {
    const { mailboxes, attempt, ledger } = this.tools;
    if (verdict.type === 'ok') {
      const circumstances = this.#circumstances(verdict.answer.status, '', id);
      if (this.patch[REMOVE] !== undefined) await this.tools.onGone(this.contact);
      const left = [...this.dropped].join(' ');
      const end = { outcome: id === undefined ? 'updated' : 'created', changes: await this.#changes(id) } as const;
      if (left === '') return mailboxes.acknowledge(this.seen, { ...end, reason: '', circumstances });
      const detail = `left out: ${left}`;
      return mailboxes.acknowledge(this.seen, {
        ...end,
        reason: 'conflict-dropped',
        circumstances: { ...circumstances, detail },
      });
    }
    if (verdict.type === 'never') {
      if (verdict.reason === 'contact-gone' && (await this.#lookUpAgain())) return;
      this.#holder ??= await holderOf(verdict, this);
      const circumstances = this.#circumstances(verdict.status, verdict.detail);
      // A PUT may have gone well before, say, its labels were refused.
      const changes = this.wrote ? { changes: await this.#changes(undefined) } : {};
      const end = { outcome: 'rejected', reason: verdict.reason, circumstances, ...changes } as const;
      return mailboxes.acknowledge(this.seen, end);
    }
    // What the desk holds now is anybody's guess.
    await this.tools.onGone(this.contact);
    if (attempt.last) {
      // It may have been applied all the same, so what it overwrote is kept.
      const changes = await this.#changes(undefined);
      const circumstances = this.#circumstances(verdict.status, verdict.detail);
      return mailboxes.acknowledge(this.seen, { outcome: 'failed', reason: verdict.reason, circumstances, changes });
    }
    ledger.retried(this.seen.rows[0]!.run);
    throw new TryLater(verdict.reason, verdict.status, verdict.detail);
  }

  /** A value is left out because another contact has it. */
  drop(fields: readonly string[], holder: number | undefined): void {
    for (const field of fields) this.dropped.add(field);
    this.#holder ??= holder;
  }

  /**
   * The contact is gone, often merged into another: its rows are looked up once more by what found it. False when there is
   * nothing to look it up by, or it was done before.
   */
  async #lookUpAgain(): Promise<boolean> {
    const { lookup, rows, patch } = this.seen;
    const { intake, mailboxes, onGone, enqueue, now } = this.tools;
    await onGone(this.contact);
    if (lookup === undefined) return false;
    const kind = lookup.keys.email !== undefined || lookup.keys.phone_number !== undefined ? 'index' : 'identifier';
    const again = rows.map((row) => ({ ...row, ...lookup, patch, since: now(), again: true }));
    const batches = await intake.take(kind, again);
    await mailboxes.moved(this.seen);
    await enqueue([], batches);
    return true;
  }

  /** What the undo of each run needs, sealed; runs that are not to be undone keep nothing. */
  async #changes(id: string | undefined): Promise<Map<string, string>> {
    const { seal, optionsOf } = this.tools;
    const written = this.seen.changes.filter(({ field }) => !this.dropped.has(field) && field !== REMOVE);
    const sealed = new Map<string, string>();
    // Whether it was created at all is not known then.
    if (id === undefined && isNewContact(this.contact)) return sealed;
    for (const [run, record] of recordsOf(id ?? this.contact, written, id !== undefined)) {
      if ((await optionsOf(run)).undo) sealed.set(run, seal(record));
    }
    return sealed;
  }

  #circumstances(status: number | null, detail: string, id?: string): Circumstances {
    return {
      contact: id ?? this.contact,
      fields: reportedFields(Object.keys(this.patch)),
      status,
      attempts: this.tools.attempt.number,
      durationMs: this.tools.now() - this.#startedAt,
      deskMs: this.#deskMs,
      requestId: this.seen.rows.length === 0 ? '' : this.requestId(''),
      detail,
      ...(this.#holder === undefined ? {} : { holder: this.#holder }),
    };
  }
}
