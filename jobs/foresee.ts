import { toBody } from '../src/contact/body.ts';
import { reportedFields, setsLabels, wantedLabels } from '../src/contact/label.ts';
import { filled, type Patch } from '../src/contact/patch.ts';
import { isNewContact } from '../src/queue/new-contact.ts';
import type { Circumstances } from '../src/run/entry.ts';
import { NO_CALL } from '../src/run/entry.ts';
import type { CallKind } from '../src/run/summary.ts';
import { recordsOf } from '../src/undo/vault.ts';
import type { UpdateTools } from './update.ts';

export type ForeseeTools = Pick<UpdateTools, 'mailboxes' | 'ledger' | 'rules'>;

/**
 * What the job `update` would do, without doing it: stands in its place when a run is only planned. Its rows end as they
 * would, with what the contact held and would hold; the calls it would make are counted.
 */
export async function foresee(contact: string, tools: ForeseeTools): Promise<void> {
  const { mailboxes, ledger, rules } = tools;
  const seen = await mailboxes.peek(contact);
  if (seen === undefined) return;
  const { rows, lookup } = seen;
  const created = isNewContact(contact);
  const patch = created ? filled(seen.patch) : seen.patch;
  const circumstances: Circumstances = { ...NO_CALL, contact, fields: reportedFields(Object.keys(patch)) };
  if (Object.keys(patch).length === 0) {
    if (seen.raw.length > 0) await mailboxes.acknowledge(seen, { outcome: 'unchanged', reason: '', circumstances });
    else await mailboxes.acknowledge(seen, { outcome: 'merged', reason: 'folded-into-newer', circumstances });
    return;
  }
  const { run } = rows[0]!;
  for (const kind of callsFor(patch, created, rules.mergesAdditionalAttributes))
    ledger.count(run, { kind, deskMs: null, status: null, rateLimited: false });
  const changes = new Map<string, string>();
  const written = seen.changes.filter(({ field }) => patch[field] !== undefined);
  for (const [of, record] of recordsOf(contact, written, created))
    changes.set(of, JSON.stringify(lookup === undefined ? record : { ...record, ...lookup }));
  const outcome = created ? 'created' : 'updated';
  await mailboxes.acknowledge(seen, { outcome, reason: '', circumstances, changes });
}

/** The calls that writing a patch takes. */
function callsFor(patch: Patch, created: boolean, merges: boolean): CallKind[] {
  if (created) return wantedLabels(patch, []).length > 0 ? ['create', 'labels'] : ['create'];
  const { body, clear } = toBody(patch);
  const calls: CallKind[] = [];
  const additional = Object.keys(patch).some((field) => field.startsWith('additional_attributes.'));
  if (additional && !merges) calls.push('read');
  if (body !== '') calls.push('update');
  if (clear.length > 0) calls.push('clear');
  // Read right before, because the call replaces what somebody else may have added.
  if (setsLabels(patch)) calls.push('read', 'labels');
  return calls;
}
