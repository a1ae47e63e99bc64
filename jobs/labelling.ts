import { labelsOf } from '../src/chatwoot/contacts.ts';
import { isTakenApart, LABELS, sameLabels, wantedLabels } from '../src/contact/label.ts';
import type { RowVerdict } from '../src/pace/desk.ts';
import { notAnAnswer } from './failure.ts';
import type { Turn } from './turn.ts';

type Ok = Extract<RowVerdict, { type: 'ok' }>;
type Failed = Exclude<RowVerdict, Ok>;

/** What became of the labels of a contact. */
export type Labelled =
  /** It holds these. Without `written` it held them before, and nothing was sent. */
  | { type: 'holds'; labels: readonly string[]; written: boolean; verdict: Ok }
  | { type: 'failed'; verdict: Failed }
  /** What was to be written changed while it waited. */
  | { type: 'off' };

/** A list that was read longer ago than this is read once more before it is replaced, in milliseconds. */
const STALE_MS = 1000;

/**
 * Makes the labels of a contact what its mailbox says. The call replaces all of them, so what it holds is read right before:
 * somebody else may have labelled it meanwhile.
 *
 * @param isOff asked whenever the reading had to wait: true ends the matter before the first call
 */
export async function writeLabels(turn: Turn, isOff: () => Promise<boolean>): Promise<Labelled> {
  const { now } = turn.tools;
  for (let reads = 1; ; reads++) {
    const held = await readLabels(turn, turn.contact, isOff);
    if (held.type !== 'holds') return held;
    const wanted = wantedLabels(turn.patch, held.labels);
    if (sameLabels(wanted, held.labels)) return held;
    if (wanted.some(isTakenApart)) return refused(held.verdict, 'a label of the contact holds a comma or quotes');
    const readAt = now();
    // Read a second time it may be older: with a slow pace there is no call within a second of the other.
    const isStale = () => reads === 1 && now() - readAt > STALE_MS;
    const posted = await postLabels(turn, turn.contact, wanted, isStale);
    if (posted !== null) return posted;
  }
}

/** The labels that a contact holds, in one call. */
export async function readLabels(turn: Turn, contact: string, isOff = async () => false): Promise<Labelled> {
  const { desk, requests } = turn.tools;
  const request = requests.readLabels(contact, turn.requestId('g'));
  const sent = await desk.send(async () => ((await isOff()) ? null : request), turn.asking());
  if (sent === null) return { type: 'off' };
  turn.took(sent.deskMs);
  const { verdict } = sent;
  if (verdict.type !== 'ok') return { type: 'failed', verdict };
  const labels = labelsOf(verdict.answer.text);
  if (labels === undefined) return { type: 'failed', verdict: notAnAnswer(verdict.answer.status) };
  return { type: 'holds', labels, written: false, verdict };
}

/** Replaces all labels and checks the answer; null when `isStale` said so before anything was sent. */
export async function postLabels(
  turn: Turn,
  contact: string,
  labels: readonly string[],
  isStale = () => false,
): Promise<Labelled | null> {
  const { desk, requests } = turn.tools;
  const request = requests.labels(contact, labels, turn.requestId('l'));
  const sent = await desk.send(
    async () => (isStale() ? null : request),
    turn.sending(() => [LABELS]),
  );
  if (sent === null) return null;
  turn.took(sent.deskMs);
  const { verdict } = sent;
  if (verdict.type !== 'ok') return { type: 'failed', verdict };
  const answered = labelsOf(verdict.answer.text);
  if (answered === undefined) return { type: 'failed', verdict: notAnAnswer(verdict.answer.status) };
  if (!sameLabels(answered, labels)) return refused(verdict, 'the desk keeps other labels than it was sent');
  return { type: 'holds', labels: answered, written: true, verdict };
}

function refused({ answer }: Ok, detail: string): Labelled {
  const verdict: Failed = { type: 'never', reason: 'field-refused', status: answer.status, detail, attributes: [] };
  return { type: 'failed', verdict };
}
