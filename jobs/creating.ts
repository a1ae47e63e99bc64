import { contactIn, createdIn, pageIn } from '../src/chatwoot/contacts.ts';
import { toBody } from '../src/contact/body.ts';
import { diff } from '../src/contact/diff.ts';
import { formerOf } from '../src/contact/former.ts';
import { setsLabels, wantedLabels, withoutLabels } from '../src/contact/label.ts';
import type { LiveContact } from '../src/contact/live.ts';
import { CLEAR, type Patch } from '../src/contact/patch.ts';
import { type Condition, filterBody } from '../src/match/condition.ts';
import type { RowVerdict } from '../src/pace/desk.ts';
import { keyOfNew } from '../src/queue/new-contact.ts';
import { NO_CALL } from '../src/run/entry.ts';
import { notAnAnswer, TryLater } from './failure.ts';
import { type Labelled, postLabels, readLabels } from './labelling.ts';
import { Turn } from './turn.ts';
import type { UpdateTools } from './update.ts';

/**
 * One turn of the job `update` at a contact that is still to be created:
 *
 * 1. When a POST may have gone out before, look the contact up first: a 500 or a timeout may mean that it exists by now.
 * 2. POST. The desk may replace a value it knows better (the company of an e-mail's domain): that is written once more.
 * 3. Post its labels: a new contact has none, so nothing is read before.
 * 4. When the desk says that somebody has the key, look again: another process was quicker, and its contact is updated.
 *
 * There is one such job a match key, so one natural key is posted once, whatever is killed in between.
 */
export class Creating {
  readonly #turn: Turn;
  readonly #tools: UpdateTools;

  constructor(subject: string, tools: UpdateTools) {
    this.#turn = new Turn(subject, tools);
    this.#tools = tools;
  }

  async run(): Promise<void> {
    const seen = await this.#turn.begin();
    if (seen === undefined) return;
    if (seen.sent && (await this.#handOver())) return;
    const posted = await this.#post();
    if (posted === null) return this.#turn.endWithoutCall();
    if (posted.verdict.type !== 'ok') {
      const mayExist = posted.verdict.type === 'later' || posted.verdict.reason.endsWith('-taken');
      if (mayExist && (await this.#handOver())) return;
      return this.#turn.settle(posted.verdict);
    }
    const live = createdIn(posted.verdict.answer.text);
    if (live === undefined) return this.#turn.settle(notAnAnswer(posted.verdict.answer.status));
    const { patch } = this.#turn;
    const held = (await this.#again(live, patch)) ?? live;
    const labelled = await this.#label(String(live.id), patch);
    if (labelled?.type === 'failed') return this.#turn.settle(labelled.verdict);
    held.labels = labelled?.type === 'holds' ? [...labelled.labels] : [];
    await this.#tools.onWritten(held, patch);
    await this.#turn.settle(posted.verdict, String(live.id));
  }

  async #post(): Promise<{ verdict: RowVerdict } | null> {
    const { desk, requests } = this.#tools;
    const turn = this.#turn;
    const sent = await desk.send(
      async () => {
        if ((await turn.lookAgain()) === undefined || Object.keys(turn.patch).length === 0) return null;
        return requests.create(toBody(filled(turn.patch)).body, turn.requestId(''));
      },
      turn.sending(() => Object.keys(turn.patch)),
    );
    if (sent !== null) turn.took(sent.deskMs);
    return sent;
  }

  /** What the desk stored otherwise than sent is written once more, and stays then (observed on 4.15.1). */
  async #again(live: LiveContact, patch: Patch): Promise<LiveContact | undefined> {
    const differs = diff(filled(patch), live);
    // The address of an avatar is known to the desk only once it was fetched.
    delete differs.avatar_url;
    if (Object.keys(differs).length === 0) return undefined;
    const { desk, requests } = this.#tools;
    const sent = await desk.send(
      async () => requests.update(String(live.id), toBody(differs).body, this.#turn.requestId('c')),
      this.#turn.sending(() => Object.keys(differs)),
    );
    this.#turn.took(sent!.deskMs);
    return sent!.verdict.type === 'ok' ? contactIn(sent!.verdict.answer.text) : undefined;
  }

  async #label(contact: string, patch: Patch): Promise<Labelled | null> {
    const labels = wantedLabels(patch, []);
    return labels.length === 0 ? null : postLabels(this.#turn, contact, labels);
  }

  /** If the contact exists by now, its rows go to its own mailbox. */
  async #handOver(): Promise<boolean> {
    const turn = this.#turn;
    const { mailboxes, enqueue } = this.#tools;
    const found = await this.#find();
    if (found === undefined) return false;
    const { live, at } = found;
    const contact = String(live.id);
    if (setsLabels(turn.patch)) await this.#readLabels(live);
    const version = turn.seen.rows[0]!.version;
    const differs = diff(turn.patch, live);
    const fields = Object.entries(turn.patch).map(([field, value]) => ({
      field,
      version,
      value: differs[field] ?? value,
      differs: differs[field] !== undefined,
      before: formerOf(field, live),
    }));
    const rows = [...turn.seen.rows].reverse();
    await mailboxes.deliver([{ contact, readAt: at, rows, fields, circumstances: { ...NO_CALL, contact } }]);
    await mailboxes.moved(turn.seen);
    await enqueue([contact], []);
    return true;
  }

  /** A contact that is gone again has none that could be read: the write will say so. */
  async #readLabels(live: LiveContact): Promise<void> {
    const held = await readLabels(this.#turn, String(live.id));
    if (held.type === 'holds') live.labels = [...held.labels];
    else if (held.type === 'failed' && held.verdict.type === 'later') {
      throw new TryLater(held.verdict.reason, held.verdict.status, 'the labels could not be read');
    }
  }

  async #find(): Promise<{ live: LiveContact; at: number } | undefined> {
    const { desk, requests } = this.#tools;
    const key = keyOfNew(this.#turn.contact);
    const text = this.#turn.seen.patch[key];
    if (text === undefined) return undefined;
    const condition: Condition = { key, value: JSON.parse(text) as string };
    const sent = await desk.send(
      async () => requests.filter(filterBody([condition]), undefined, this.#turn.requestId('f')),
      this.#turn.sending(() => []),
    );
    this.#turn.took(sent!.deskMs);
    const page = sent!.verdict.type === 'ok' ? pageIn(sent!.verdict.answer.text) : undefined;
    // Not knowing whether it exists, nothing may be posted.
    if (page === undefined) throw new TryLater('server-error', null, 'the contact could not be looked up');
    const live = page.contacts.find((one) => one[key] === condition.value);
    return live === undefined ? undefined : { live, at: sent!.at };
  }
}

/** What the call takes: labels have their own, and a new contact has nothing that could be cleared. */
function filled(patch: Patch): Patch {
  return Object.fromEntries(Object.entries(withoutLabels(patch)).filter(([, value]) => value !== CLEAR));
}
