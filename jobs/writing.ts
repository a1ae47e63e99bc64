import { contactIn } from '../src/chatwoot/contacts.ts';
import { clearedKeys, toBody } from '../src/contact/body.ts';
import { diff } from '../src/contact/diff.ts';
import { setsLabels } from '../src/contact/label.ts';
import type { LiveContact } from '../src/contact/live.ts';
import { REMOVE } from '../src/contact/patch.ts';
import { wholeAdditional } from '../src/contact/whole.ts';
import type { RowVerdict } from '../src/pace/desk.ts';
import { dropsConflict } from './conflict.ts';
import { ComeBack, notAnAnswer } from './failure.ts';
import { type Labelled, writeLabels } from './labelling.ts';
import { endBlamed, settle } from './settle.ts';
import { Turn } from './turn.ts';
import type { UpdateTools } from './update.ts';

const COMPANY = 'additional_attributes.company_name';

/** A PUT became needless or has to be made in another way. */
type NoCall = 'empty' | 'nothing to put' | 'read first';

/** One turn of the job `update` at a contact that exists: from the look into the mailbox to the end of its rows. */
export class Writing {
  readonly #turn: Turn;
  readonly #tools: UpdateTools;
  /** What the desk held after the last write. */
  #live: LiveContact | undefined;

  constructor(contact: string, tools: UpdateTools) {
    this.#turn = new Turn(contact, tools);
    this.#tools = tools;
  }

  async run(): Promise<void> {
    if ((await this.#turn.begin()) === undefined) return;
    const restMs = await this.#turn.restMs();
    if (restMs > 0) throw new ComeBack(restMs);
    while ((await this.#write()) === 'again');
  }

  async #write(): Promise<'again' | undefined> {
    const turn = this.#turn;
    const put = await this.#putAll();
    if (put === 'ended') return;
    if (put === 'empty') return void (await turn.endWithoutCall());
    if (put !== 'nothing to put' && put.type !== 'ok') return void (await settle(turn, put));
    const cleared = await this.#clear();
    if (cleared !== undefined && cleared.type !== 'ok') return void (await settle(turn, cleared));
    const written = put === 'nothing to put' ? cleared : put;
    const labelled = await this.#label(written === undefined);
    if (labelled?.type === 'off') return turn.isEmpty ? undefined : 'again';
    if (labelled?.type === 'failed') return void (await settle(turn, labelled.verdict));
    if (this.#live !== undefined) {
      if (labelled !== undefined) this.#live.labels = [...labelled.labels];
      await this.#tools.onWritten(this.#live, turn.patch);
    }
    if (written !== undefined) return void (await settle(turn, written));
    if (labelled === undefined) return;
    // What was sent before a crash may be what it holds now.
    if (labelled.written || turn.seen.sent) return void (await settle(turn, labelled.verdict));
    await turn.endUnchanged(labelled.verdict.answer.status);
  }

  /** The PUT, made again as long as it has to be made otherwise. */
  async #putAll(): Promise<RowVerdict | 'empty' | 'nothing to put' | 'ended'> {
    for (;;) {
      // An old desk would lose every key that is not sent, so what it holds is read right before it is written.
      const read = this.#replacesAdditional() ? await this.#read() : undefined;
      if (read === 'ended') return 'ended';
      const put = await this.#put(read);
      if (put === 'read first') continue;
      if (put === 'empty' || put === 'nothing to put') return put;
      if ((await dropsConflict(put, this.#turn)) || (await endBlamed(this.#turn, put))) continue;
      return put;
    }
  }

  #replacesAdditional(): boolean {
    const sets = Object.keys(this.#turn.patch).some((field) => field.startsWith('additional_attributes.'));
    return sets && !this.#tools.rules.mergesAdditionalAttributes;
  }

  async #read(): Promise<LiveContact | 'ended'> {
    const { desk, requests } = this.#tools;
    const turn = this.#turn;
    const sent = await desk.send(
      async () => ((await turn.lookAgain()) === undefined ? null : requests.read(turn.contact, turn.requestId('r'))),
      turn.sending(() => []),
    );
    if (sent === null) return 'ended';
    turn.took(sent.deskMs);
    const live = sent.verdict.type === 'ok' ? contactIn(sent.verdict.answer.text) : undefined;
    if (live !== undefined) return live;
    await settle(turn, sent.verdict.type === 'ok' ? notAnAnswer(sent.verdict.answer.status) : sent.verdict);
    return 'ended';
  }

  /** `empty`: nothing is left to write. `read first`: the first additional attribute came in while it waited. */
  async #put(held: LiveContact | undefined): Promise<RowVerdict | NoCall> {
    const { desk, requests } = this.#tools;
    const turn = this.#turn;
    let none: NoCall = 'empty';
    const sent = await desk.send(
      async () => {
        none = 'empty';
        if ((await turn.lookAgain()) === undefined || Object.keys(turn.patch).length === 0) return null;
        none = 'read first';
        if (held === undefined && this.#replacesAdditional()) return null;
        none = 'nothing to put';
        if (turn.patch[REMOVE] !== undefined) return requests.remove(turn.contact, turn.requestId(''));
        const { body } = toBody(held === undefined ? turn.patch : { ...wholeAdditional(held), ...turn.patch });
        return body === '' ? null : requests.update(turn.contact, body, turn.requestId(''));
      },
      // Asked for after the answer: more may have come in while it waited.
      turn.sending(() => Object.keys(turn.patch)),
    );
    if (sent === null) return none;
    turn.took(sent.deskMs);
    if (sent.verdict.type !== 'ok' || turn.patch[REMOVE] !== undefined) return sent.verdict;
    const live = contactIn(sent.verdict.answer.text);
    if (live === undefined) return notAnAnswer(sent.verdict.answer.status);
    this.#live = live;
    turn.wrote = true;
    return (await this.#companyAgain(live)) ?? sent.verdict;
  }

  /**
   * When a contact gets its first e-mail, 4.15 writes the company it knows for that domain over the one just sent. A
   * second write of the name stays (observed), so it is sent once more.
   */
  async #companyAgain(live: LiveContact): Promise<RowVerdict | undefined> {
    const { patch } = this.#turn;
    const company = patch[COMPANY];
    if (company === undefined || patch.email === undefined) return undefined;
    if (Object.keys(diff({ [COMPANY]: company }, live)).length === 0) return undefined;
    const { desk, requests } = this.#tools;
    const { body } = toBody({ [COMPANY]: company });
    const sent = await desk.send(
      async () => requests.update(this.#turn.contact, body, this.#turn.requestId('c')),
      this.#turn.sending(() => [COMPANY]),
    );
    return this.#took(sent!);
  }

  async #clear(): Promise<RowVerdict | undefined> {
    const { desk, requests } = this.#tools;
    const clear = clearedKeys(this.#turn.patch);
    if (clear.length === 0) return undefined;
    const fields = clear.map((key) => `custom_attributes.${key}`);
    const sent = await desk.send(
      async () => requests.clear(this.#turn.contact, clear, this.#turn.requestId('d')),
      this.#turn.sending(() => fields),
    );
    return this.#took(sent!);
  }

  /** `alone`: nothing was written before, so while this waits there may come in what needs another call. */
  async #label(alone: boolean): Promise<Labelled | undefined> {
    const turn = this.#turn;
    if (!setsLabels(turn.patch)) return undefined;
    return writeLabels(turn, async () => {
      if (!alone) return false;
      if ((await turn.lookAgain()) === undefined || !setsLabels(turn.patch)) return true;
      const { body, clear } = toBody(turn.patch);
      return body !== '' || clear.length > 0;
    });
  }

  #took(sent: { verdict: RowVerdict; deskMs: number | null }): RowVerdict {
    this.#turn.took(sent.deskMs);
    const live = sent.verdict.type === 'ok' ? contactIn(sent.verdict.answer.text) : undefined;
    if (live !== undefined) this.#live = live;
    return sent.verdict;
  }
}
