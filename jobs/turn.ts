import { reportedFields } from '../src/contact/label.ts';
import { CLEAR, type Patch } from '../src/contact/patch.ts';
import type { SendOptions } from '../src/pace/desk.ts';
import { isNewContact } from '../src/queue/new-contact.ts';
import type { Snapshot } from '../src/queue/snapshot.ts';
import type { Circumstances } from '../src/run/entry.ts';
import type { RunOptions } from '../src/run/state.ts';
import type { UpdateTools } from './update.ts';

/** Least time between two writes of events to one contact, in milliseconds. A burst of a second is two writes then. */
const BETWEEN_WRITES_MS = 1500;

/** One turn of a job at a mailbox: what was seen in it, what the calls cost, and how its rows end. */
export class Turn {
  readonly contact: string;
  readonly tools: UpdateTools;
  /** Fields with a value that another contact has already; the rest is written without them. */
  readonly #dropped = new Map<string, string>();
  readonly #startedAt: number;
  #seen: Snapshot | undefined;
  /** What was seen was seen just now: no need to look again before the first call. */
  #fresh = false;
  #deskMs: number | null = null;
  #holder: number | undefined;
  /** Something was written in this turn. */
  wrote = false;
  /** What the report is to say of a write that went well. */
  remark = '';

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

  /**
   * How long the contact is left alone, in milliseconds: events come in bursts, and what comes within a moment of a write
   * goes with the next one. Rows of files wait for nothing.
   */
  async restMs(): Promise<number> {
    const { writtenAgoMs, rows } = this.seen;
    if (writtenAgoMs === undefined || writtenAgoMs >= BETWEEN_WRITES_MS) return 0;
    for (const run of new Set(rows.map((row) => row.run))) {
      if ((await this.tools.optionsOf(run)).events !== true) return 0;
    }
    return BETWEEN_WRITES_MS - writtenAgoMs;
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

  /** What is to be written: what was seen without what has to be left out. A new contact has nothing to be cleared. */
  get patch(): Patch {
    const isNew = isNewContact(this.contact);
    if (this.#dropped.size === 0 && !isNew) return this.seen.patch;
    const entries = Object.entries(this.seen.patch);
    return Object.fromEntries(entries.filter((entry) => !this.#isDropped(entry) && !(isNew && entry[1] === CLEAR)));
  }

  /** Fields that are left out. */
  get dropped(): string[] {
    if (this.#dropped.size === 0) return [];
    return Object.entries(this.seen.patch).flatMap((entry) => (this.#isDropped(entry) ? [entry[0]] : []));
  }

  /** A newer value that came in meanwhile is none that was refused. */
  #isDropped([field, value]: [field: string, value: string]): boolean {
    return this.#dropped.get(field) === value;
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
    const circumstances = { ...this.circumstances(null, ''), requestId: '' };
    const { mailboxes } = this.tools;
    if (seen.raw.length > 0) await mailboxes.acknowledge(seen, { outcome: 'unchanged', reason: '', circumstances });
    else await mailboxes.acknowledge(seen, { outcome: 'merged', reason: 'folded-into-newer', circumstances });
  }

  /** What was to be written was there when it was read right before. */
  endUnchanged(status: number): Promise<void> {
    const circumstances = this.circumstances(status, '');
    return this.tools.mailboxes.acknowledge(this.seen, { outcome: 'unchanged', reason: '', circumstances });
  }

  /** A value is left out because another contact has it. */
  drop(fields: readonly string[], holder: number | undefined): void {
    for (const field of fields) this.#dropped.set(field, this.seen.patch[field]!);
    this.#holder ??= holder;
  }

  /** What the ledger writes down for the rows of this turn. */
  circumstances(status: number | null, detail: string): Circumstances {
    return {
      contact: this.contact,
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
