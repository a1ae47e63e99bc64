import { contactIn } from '../src/chatwoot/contacts.ts';
import { toBody } from '../src/contact/body.ts';
import { diff } from '../src/contact/diff.ts';
import type { LiveContact } from '../src/contact/live.ts';
import { wholeAdditional } from '../src/contact/whole.ts';
import type { RowVerdict, SendOptions } from '../src/pace/desk.ts';
import type { Snapshot } from '../src/queue/mailbox.ts';
import type { Circumstances } from '../src/run/ledger.ts';
import { TryLater } from './failure.ts';
import type { UpdateTools } from './update.ts';

const COMPANY = 'additional_attributes.company_name';

/** One turn of the job `update`: from the look into the mailbox to the end of its rows. */
export class Writing {
  readonly #contact: string;
  readonly #tools: UpdateTools;
  readonly #startedAt: number;
  #seen: Snapshot | undefined;
  /** What was seen was seen just now: no need to look again before the first call. */
  #fresh = false;
  #deskMs: number | null = null;

  constructor(contact: string, tools: UpdateTools) {
    this.#contact = contact;
    this.#tools = tools;
    this.#startedAt = tools.now();
  }

  async run(): Promise<void> {
    await this.#look();
    if (this.#seen === undefined) return;
    this.#fresh = true;
    let put: RowVerdict | 'nothing to put' | 'read first' | null = 'read first';
    while (put === 'read first') {
      // An old desk would lose every key that is not sent, so what it holds is read right before it is written.
      const read = this.#replacesAdditional() ? await this.#read() : undefined;
      if (read === 'ended') return;
      put = await this.#put(read);
    }
    if (put === null) return this.#endWithoutCall();
    const ended = put === 'nothing to put' ? undefined : put;
    if (ended !== undefined && ended.type !== 'ok') return this.#settle(ended);
    const cleared = await this.#clear();
    if (cleared !== undefined && cleared.type !== 'ok') return this.#settle(cleared);
    const final = ended ?? cleared;
    if (final !== undefined) await this.#settle(final);
  }

  async #look(): Promise<Snapshot | undefined> {
    this.#seen = await this.#tools.mailboxes.peek(this.#contact);
    return this.#seen;
  }

  /** Another look, unless the first was the moment before. */
  async #lookAgain(): Promise<Snapshot | undefined> {
    if (!this.#fresh) return this.#look();
    this.#fresh = false;
    return this.#seen;
  }

  #replacesAdditional(): boolean {
    const sets = Object.keys(this.#seen!.patch).some((field) => field.startsWith('additional_attributes.'));
    return sets && !this.#tools.rules.mergesAdditionalAttributes;
  }

  async #read(): Promise<LiveContact | 'ended'> {
    const { desk, requests } = this.#tools;
    const sent = await desk.send(
      async () => ((await this.#lookAgain()) === undefined ? null : requests.read(this.#contact, this.#requestId('r'))),
      this.#options(() => []),
    );
    if (sent === null) return 'ended';
    this.#took(sent.deskMs);
    const live = sent.verdict.type === 'ok' ? contactIn(sent.verdict.answer.text) : undefined;
    if (live !== undefined) return live;
    if (sent.verdict.type === 'ok')
      await this.#settle({ type: 'later', scope: 'row', reason: 'not-an-answer', status: 200, detail: '' });
    else await this.#settle(sent.verdict);
    return 'ended';
  }

  /** Null when the mailbox was found empty; `read first` when the first additional attribute came in while it waited. */
  async #put(held: LiveContact | undefined): Promise<RowVerdict | 'nothing to put' | 'read first' | null> {
    const { desk, requests } = this.#tools;
    let onlyClears = false;
    let blind = false;
    const sent = await desk.send(
      async () => {
        const seen = await this.#lookAgain();
        if (seen === undefined || Object.keys(seen.patch).length === 0) return null;
        blind = held === undefined && this.#replacesAdditional();
        if (blind) return null;
        const { body } = toBody(held === undefined ? seen.patch : { ...wholeAdditional(held), ...seen.patch });
        onlyClears = body === '';
        return onlyClears ? null : requests.update(this.#contact, body, this.#requestId(''));
      },
      // Asked for after the answer: more may have come in while it waited.
      this.#options(() => Object.keys(this.#seen!.patch)),
    );
    if (blind) return 'read first';
    if (onlyClears) return 'nothing to put';
    if (sent === null) return null;
    this.#took(sent.deskMs);
    if (sent.verdict.type !== 'ok') return sent.verdict;
    const live = contactIn(sent.verdict.answer.text);
    if (live === undefined)
      return { type: 'later', scope: 'row', reason: 'not-an-answer', status: sent.verdict.answer.status, detail: '' };
    return (await this.#companyAgain(live)) ?? sent.verdict;
  }

  /**
   * When a contact gets its first e-mail, 4.15 writes the company it knows for that domain over the one just sent. A
   * second write of the name stays (observed), so it is sent once more.
   */
  async #companyAgain(live: LiveContact): Promise<RowVerdict | undefined> {
    const { patch } = this.#seen!;
    const company = patch[COMPANY];
    if (company === undefined || patch.email === undefined) return undefined;
    if (Object.keys(diff({ [COMPANY]: company }, live)).length === 0) return undefined;
    const { desk, requests } = this.#tools;
    const { body } = toBody({ [COMPANY]: company });
    const sent = await desk.send(
      async () => requests.update(this.#contact, body, this.#requestId('c')),
      this.#options(() => [COMPANY]),
    );
    this.#took(sent!.deskMs);
    return sent!.verdict;
  }

  async #clear(): Promise<RowVerdict | undefined> {
    const { desk, requests } = this.#tools;
    const { clear } = toBody(this.#seen!.patch);
    if (clear.length === 0) return undefined;
    const fields = clear.map((key) => `custom_attributes.${key}`);
    const sent = await desk.send(
      async () => requests.clear(this.#contact, clear, this.#requestId('d')),
      this.#options(() => fields),
    );
    this.#took(sent!.deskMs);
    return sent!.verdict;
  }

  #options(fields: () => readonly string[]): SendOptions {
    const { ledger, mailboxes, signal, fence, attempt } = this.#tools;
    const { run } = this.#seen!.rows[0]!;
    const options: SendOptions = {
      fields,
      signal,
      fence: async () => {
        await Promise.all([fence(), this.#seen!.sent ? undefined : mailboxes.sending(this.#contact)]);
      },
      onCall: (call) => ledger.count(run, call),
    };
    // A contact that failed before is no new sign of an outage.
    if (attempt.number === 1) options.subject = this.#contact;
    return options;
  }

  /**
   * Nothing to write: the newest values are what the desk was seen to hold, or only rows remain whose values were all
   * replaced by newer ones that were written already, and they went with those.
   */
  async #endWithoutCall(): Promise<void> {
    const seen = this.#seen;
    if (seen === undefined || Object.keys(seen.patch).length > 0) return;
    const circumstances = { ...this.#circumstances(null, ''), requestId: '' };
    if (seen.raw.length > 0) {
      await this.#tools.mailboxes.acknowledge(seen, { outcome: 'unchanged', reason: '', circumstances });
    } else {
      const end = { outcome: 'merged', reason: 'folded-into-newer', circumstances } as const;
      await this.#tools.mailboxes.acknowledge(seen, end);
    }
  }

  async #settle(verdict: RowVerdict): Promise<void> {
    const { mailboxes, attempt, ledger } = this.#tools;
    const seen = this.#seen!;
    if (verdict.type === 'ok') {
      const circumstances = this.#circumstances(verdict.answer.status, '');
      return mailboxes.acknowledge(seen, { outcome: 'updated', reason: '', circumstances });
    }
    const circumstances = this.#circumstances(verdict.status, verdict.detail);
    if (verdict.type === 'never')
      return mailboxes.acknowledge(seen, { outcome: 'rejected', reason: verdict.reason, circumstances });
    if (attempt.last) return mailboxes.acknowledge(seen, { outcome: 'failed', reason: verdict.reason, circumstances });
    ledger.retried(seen.rows[0]!.run);
    throw new TryLater(verdict.reason, verdict.status, verdict.detail);
  }

  #circumstances(status: number | null, detail: string): Circumstances {
    return {
      contact: this.#contact,
      fields: Object.keys(this.#seen!.patch),
      status,
      attempts: this.#tools.attempt.number,
      durationMs: this.#tools.now() - this.#startedAt,
      deskMs: this.#deskMs,
      requestId: this.#seen!.rows.length === 0 ? '' : this.#requestId(''),
      detail,
    };
  }

  /** `<run>-<line>-<attempt>`, with a letter for the calls beside the PUT. */
  #requestId(part: string): string {
    const { run, line } = this.#seen!.rows[0]!;
    return `${run}-${line}-${this.#tools.attempt.number}${part}`;
  }

  #took(deskMs: number | null): void {
    if (deskMs !== null) this.#deskMs = Math.round(((this.#deskMs ?? 0) + deskMs) * 1e3) / 1e3;
  }
}
