import { LABELS, labelsIn, wantedLabels } from '../contact/label.ts';
import { CLEAR, type Patch } from '../contact/patch.ts';
import type { FieldChange } from './snapshot.ts';

/** A pending field of labels, and where it stands in time. */
export interface PendingLabels {
  version: string;
  /** The desk was seen to hold it already. */
  held: boolean;
  change: FieldChange;
}

/**
 * What pending labels come to. A list that is set covers every label that was added or removed before it; what comes after
 * it is applied on top. `sent`: something of the mailbox was sent, so what was seen to be held says nothing any more.
 */
export function mergeLabels(
  pending: readonly PendingLabels[],
  sent: boolean,
): { patch: Patch; changes: readonly FieldChange[] } {
  const set = pending.find(({ change }) => change.field === LABELS);
  const single = pending
    .filter((one) => one !== set && (set === undefined || one.version >= set.version))
    .sort((a, b) => (a.version < b.version ? -1 : 1));
  const open = (one: PendingLabels) => sent || !one.held;
  if (set === undefined || !open(set)) {
    const changes = single.filter(open).map(({ change }) => change);
    return { patch: patchOf(changes), changes: changes.filter(isChange) };
  }
  const later = single.map(({ change }) => change);
  // One run's list and what its own rows add to it are one change: undone together, or they would undo each other.
  const own = patchOf(later.filter(({ run, after }) => run === set.change.run && after !== CLEAR));
  const after = JSON.stringify(wantedLabels(own, labelsIn(set.change.after)).sort());
  return {
    patch: patchOf([set.change, ...later]),
    changes: [{ ...set.change, after }, ...later.filter((one) => isChange(one) && one.run !== set.change.run)],
  };
}

function patchOf(changes: readonly FieldChange[]): Patch {
  return Object.fromEntries(changes.map(({ field, after }) => [field, after]));
}

/** A label that is only left as it is held was changed by whoever wrote it last, not by this write. */
function isChange({ after }: FieldChange): boolean {
  return after !== CLEAR;
}
