import { contactIn, createdIn, pageIn } from '../src/chatwoot/contacts.ts';
import { toBody } from '../src/contact/body.ts';
import { diff } from '../src/contact/diff.ts';
import { formerOf } from '../src/contact/former.ts';
import { setsLabels, wantedLabels, withoutLabels } from '../src/contact/label.ts';
import type { LiveContact } from '../src/contact/live.ts';
import type { Patch } from '../src/contact/patch.ts';
import { wholeAdditional } from '../src/contact/whole.ts';
import { type Condition, filterBody } from '../src/match/condition.ts';
import { judge } from '../src/match/expectation.ts';
import { holds } from '../src/match/resolve.ts';
import type { RowVerdict, Sent } from '../src/pace/desk.ts';
import { keyOfNew } from '../src/queue/new-contact.ts';
import { NO_CALL } from '../src/run/entry.ts';
import { dropsConflict } from './conflict.ts';
import { notAnAnswer, TryLater } from './failure.ts';
import { type Labelled, postLabels, readLabels } from './labelling.ts';
import { end, endBlamed, settle } from './settle.ts';
import { Turn } from './turn.ts';
import type { UpdateTools } from './update.ts';

type Accepted = Extract<RowVerdict, { type: 'ok' }>;

/**
 * One turn of the job `update` at a contact that is still to be created:
 *
 * 1. When a POST may have gone out before, look the contact up first: a 500 or a timeout may mean that it exists by now.
 * 2. POST. The desk may replace a value it knows better (the company of an e-mail's domain): that is written once more.
 * 3. When the desk says that somebody has the key, look again: another process was quicker, and its contact is updated.
 *
 * There is one such job a match key, so one natural key is posted once, whatever is killed in between.
 */
export class Creating {
  readonly #turn: Turn;
  readonly #tools: UpdateTools;
  readonly #key: Condition['key'];

  constructor(subject: string, tools: UpdateTools) {
    this.#turn = new Turn(subject, tools);
    this.#tools = tools;
    this.#key = keyOfNew(subject);
  }

  async run(): Promise<void> {
    const turn = this.#turn;
    const seen = await turn.begin();
    if (seen === undefined) return;
    if (seen.sent && (await this.#isThere())) return;
    for (;;) {
      const posted = await this.#post();
      if (posted === null) return turn.endWithoutCall();
      const { verdict } = posted;
      if (verdict.type === 'ok') return this.#created(verdict);
      const mayExist = verdict.type === 'later' || verdict.reason.endsWith('-taken');
      if (mayExist && (await this.#isThere())) return;
      if ((await dropsConflict(verdict, turn, this.#key)) || (await endBlamed(turn, verdict, this.#key))) continue;
      return settle(turn, verdict);
    }
  }

  /** By the look-up that found nobody: a row that came late may lie here without it, its e-mail being the older one. */
  get #value(): string {
    const { lookup, patch } = this.#turn.seen;
    return lookup?.keys[this.#key] ?? (JSON.parse(patch[this.#key]!) as string);
  }

  get #wanted(): Patch {
    return { [this.#key]: JSON.stringify(this.#value), ...this.#turn.patch };
  }

  async #post(): Promise<Sent | null> {
    const { desk, requests } = this.#tools;
    const turn = this.#turn;
    const sent = await desk.send(
      async () => {
        const seen = await turn.lookAgain();
        if (seen === undefined || Object.keys(seen.patch).length === 0) return null;
        return requests.create(toBody(withoutLabels(this.#wanted)).body, turn.requestId(''));
      },
      turn.sending(() => Object.keys(this.#wanted)),
    );
    if (sent !== null) turn.took(sent.deskMs);
    return sent;
  }

  async #created(verdict: Accepted): Promise<void> {
    const turn = this.#turn;
    const live = createdIn(verdict.answer.text);
    if (live === undefined) return settle(turn, notAnAnswer(verdict.answer.status));
    const wanted = this.#wanted;
    const held = await this.#again(live, withoutLabels(wanted));
    const labelled = await this.#label(String(live.id), wanted);
    if (labelled?.type === 'failed') return settle(turn, labelled.verdict);
    held.labels = labelled?.type === 'holds' ? [...labelled.labels] : [];
    await this.#tools.onWritten(held, wanted);
    return settle(turn, verdict, String(live.id));
  }

  /** What the desk stored otherwise than sent is written once more, and stays then (observed on 4.15.1). */
  async #again(live: LiveContact, wanted: Patch): Promise<LiveContact> {
    const differs = diff(wanted, live);
    // The address of an avatar is known to the desk only once it was fetched.
    delete differs.avatar_url;
    if (Object.keys(differs).length === 0) return live;
    const { desk, requests, rules } = this.#tools;
    const whole = rules.mergesAdditionalAttributes ? differs : { ...wholeAdditional(live), ...differs };
    const sent = await desk.send(
      async () => requests.update(String(live.id), toBody(whole).body, this.#turn.requestId('c')),
      this.#turn.sending(() => Object.keys(differs)),
    );
    this.#turn.took(sent!.deskMs);
    const held = sent!.verdict.type === 'ok' ? contactIn(sent!.verdict.answer.text) : undefined;
    // It was created all the same: the report says what is not as it was sent, and the next run puts it right.
    if (held === undefined) this.#turn.remark = `replaced by Chatwoot: ${Object.keys(differs).join(' ')}`;
    return held ?? live;
  }

  /** Whether the contact exists by now, or nobody can tell; then its rows have gone their way. */
  async #isThere(): Promise<boolean> {
    const turn = this.#turn;
    const { desk, requests } = this.#tools;
    const [key, value] = [this.#key, this.#value];
    const sent = await desk.send(
      async () => requests.filter(filterBody([{ key, value }]), undefined, turn.requestId('f')),
      turn.sending(() => []),
    );
    const { verdict, deskMs, at } = sent!;
    turn.took(deskMs);
    const status = verdict.type === 'ok' ? verdict.answer.status : verdict.status;
    const page = verdict.type === 'ok' ? pageIn(verdict.answer.text) : undefined;
    // Not knowing whether it exists, nothing may be posted.
    if (page === undefined) {
      const detail = 'the contact could not be looked up';
      const reason = verdict.type === 'later' ? verdict.reason : 'server-error';
      await settle(turn, { type: 'later', scope: 'row', reason, status, detail });
      return true;
    }
    const [live, ...others] = page.contacts.filter((contact) => holds(contact, key, value));
    if (live === undefined) return false;
    if (others.length > 0) await end(turn, 'ambiguous', 'several-contacts', turn.circumstances(status, ''));
    else await this.#handOver(live, at, status);
    return true;
  }

  async #label(contact: string, patch: Patch): Promise<Labelled | null> {
    const labels = wantedLabels(patch, []);
    return labels.length === 0 ? null : postLabels(this.#turn, contact, labels);
  }

  /** A contact that is gone again has none that could be read: the write will say so. */
  async #readLabels(live: LiveContact): Promise<void> {
    const held = await readLabels(this.#turn, String(live.id));
    if (held.type === 'holds') live.labels = [...held.labels];
    else if (held.type === 'failed' && held.verdict.type === 'later') {
      throw new TryLater(held.verdict.reason, held.verdict.status, 'the labels could not be read');
    }
  }

  /** Its rows go to the contact's own mailbox, as if the look-up had found it at once. */
  async #handOver(live: LiveContact, at: number, status: number | null): Promise<void> {
    const { seen } = this.#turn;
    const { mailboxes, enqueue } = this.#tools;
    const contact = String(live.id);
    const patch = Object.fromEntries(seen.changes.map(({ field, after }) => [field, after]));
    if (setsLabels(patch)) await this.#readLabels(live);
    const expect = seen.lookup?.expect;
    const judged = judge({ patch, ...(expect === undefined ? {} : { expect }) }, live);
    if (judged.type === 'skip') {
      const { fields } = judged;
      const circumstances = { ...this.#turn.circumstances(status, ''), contact, fields };
      return end(this.#turn, 'skipped', judged.reason, circumstances);
    }
    const differs = diff(patch, live, this.#key);
    const fields = seen.changes
      .filter(({ field }) => field !== this.#key)
      .map(({ field, version, after }) => ({
        field,
        version,
        value: differs[field] ?? after,
        differs: differs[field] !== undefined,
        before: formerOf(field, live),
      }));
    const rows = [...seen.rows].reverse();
    const circumstances = { ...NO_CALL, contact, status };
    const server = await mailboxes.here();
    const pending = await mailboxes.deliver([{ contact, readAt: at, rows, fields, circumstances }]);
    await mailboxes.moved(seen, server);
    await enqueue(pending, []);
  }
}
