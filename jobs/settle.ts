import { REMOVE } from '../src/contact/patch.ts';
import type { RowVerdict } from '../src/pace/desk.ts';
import { isNewContact } from '../src/queue/new-contact.ts';
import type { Snapshot } from '../src/queue/snapshot.ts';
import type { Circumstances } from '../src/run/entry.ts';
import type { Outcome } from '../src/run/outcome.ts';
import type { Reason } from '../src/run/reason.ts';
import { recordsOf } from '../src/undo/vault.ts';
import { blamedPart } from './blame.ts';
import { holderOf } from './conflict.ts';
import { TryLater } from './failure.ts';
import type { Turn } from './turn.ts';
import { lookUpAgain } from './vanished.ts';

type Refusal = Extract<RowVerdict, { type: 'never' }>;

/**
 * Ends the rows of a turn by what the desk said.
 *
 * @param id the number of a contact that was created
 * @throws TryLater when there is another attempt
 */
export async function settle(turn: Turn, verdict: RowVerdict, id?: string): Promise<void> {
  const { attempt, ledger, onGone } = turn.tools;
  const isNew = isNewContact(turn.contact);
  if (verdict.type === 'ok') {
    if (turn.patch[REMOVE] !== undefined) await onGone(turn.contact);
    return written(turn, verdict.answer.status, id);
  }
  if (verdict.type === 'never') {
    if (verdict.reason === 'contact-gone' && !isNew && (await lookUpAgain(turn))) return;
    return refuse(turn, turn.seen, verdict);
  }
  // What the desk holds now is anybody's guess.
  if (!isNew) await onGone(turn.contact);
  if (attempt.last) {
    // It may have been applied all the same, so what it overwrote is kept; whether it was created at all is not known.
    const changes = isNew ? new Map<string, string>() : await changesOf(turn, undefined);
    return end(turn, 'failed', verdict.reason, turn.circumstances(verdict.status, verdict.detail), changes);
  }
  ledger.retried(turn.seen.rows[0]!.run);
  throw new TryLater(verdict.reason, verdict.status, verdict.detail);
}

/** Ends all rows that were seen. */
export async function end(
  { tools, seen }: Turn,
  outcome: Outcome,
  reason: Reason | '',
  circumstances: Circumstances,
  changes: ReadonlyMap<string, string> = new Map(),
): Promise<void> {
  await tools.mailboxes.acknowledge(seen, { outcome, reason, circumstances, changes });
}

/**
 * Ends those of several rows that brought what was refused, so that the rest can be written without them. False when they
 * all share it.
 *
 * @param key the match key of a contact that is to be created
 */
export async function endBlamed(turn: Turn, verdict: RowVerdict, key?: string): Promise<boolean> {
  const part = verdict.type === 'never' ? blamedPart(turn.seen, verdict.attributes, key) : undefined;
  if (part === undefined) return false;
  await refuse(turn, part, verdict as Refusal);
  return true;
}

async function written(turn: Turn, status: number, id: string | undefined): Promise<void> {
  const outcome = id === undefined ? 'updated' : 'created';
  const { dropped } = turn;
  const detail = [turn.remark, dropped.length === 0 ? '' : `left out: ${dropped.join(' ')}`].filter(Boolean).join('; ');
  const circumstances = { ...turn.circumstances(status, detail), ...(id === undefined ? {} : { contact: id }) };
  const reason = dropped.length === 0 ? '' : 'conflict-dropped';
  await end(turn, outcome, reason, circumstances, await changesOf(turn, id));
}

async function refuse(turn: Turn, part: Snapshot, verdict: Refusal): Promise<void> {
  const circumstances = turn.circumstances(verdict.status, verdict.detail);
  const fields = part === turn.seen ? circumstances.fields : part.changes.map(({ field }) => field);
  const holder = await holderOf(verdict, turn);
  await turn.tools.mailboxes.acknowledge(part, {
    outcome: 'rejected',
    reason: verdict.reason,
    circumstances: { ...circumstances, fields, ...(holder === undefined ? {} : { holder }) },
    // A PUT may have gone well before, say, its labels were refused.
    ...(turn.wrote ? { changes: await changesOf(turn, undefined) } : {}),
  });
}

/** What the undo of each run needs, sealed; runs that are not to be undone keep nothing. */
async function changesOf({ tools, seen, contact, patch }: Turn, id: string | undefined): Promise<Map<string, string>> {
  const keeps = new Map<string, boolean>();
  for (const { run } of seen.changes) if (!keeps.has(run)) keeps.set(run, (await tools.optionsOf(run)).undo);
  const written = seen.changes.filter(
    ({ run, field }) => keeps.get(run) && patch[field] !== undefined && field !== REMOVE,
  );
  const sealed = new Map<string, string>();
  for (const [run, record] of recordsOf(id ?? contact, written, id !== undefined)) sealed.set(run, tools.seal(record));
  return sealed;
}
