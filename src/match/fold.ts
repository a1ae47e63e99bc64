import type { MatchKey } from '../contact/change.ts';
import { diff } from '../contact/diff.ts';
import { formerOf } from '../contact/former.ts';
import { coversField, isLabelField } from '../contact/label.ts';
import type { LiveContact } from '../contact/live.ts';
import type { Patch } from '../contact/patch.ts';
import type { WaitingRow } from '../queue/intake.ts';
import type { PendingField } from '../queue/mailbox.ts';
import type { Lookup } from '../queue/snapshot.ts';

/** A row whose contact is known. */
export interface MatchedRow {
  row: WaitingRow;
  live: LiveContact | undefined;
  /** Undefined when nothing found it: the contact does not exist yet. */
  matchedBy: MatchKey | undefined;
}

/** The changes of one contact, in the order of their versions. */
export interface FoldedChange {
  contact: string;
  rows: WaitingRow[];
  fields: PendingField[];
  lookup: Lookup | undefined;
}

/**
 * Folds the rows of each contact into one change, field by field: the newest value wins, and only what it leaves different
 * from the contact is a difference.
 */
export function fold(matched: ReadonlyMap<string, readonly MatchedRow[]>): FoldedChange[] {
  return [...matched].map(([contact, entries]) => {
    const sorted = [...entries].sort((a, b) => (a.row.version < b.row.version ? -1 : 1));
    const newest = new Map<
      string,
      { version: string; value: string; matchedBy: MatchKey | undefined; exact: boolean }
    >();
    for (const { row, matchedBy } of sorted) {
      for (const [field, value] of Object.entries(row.patch)) {
        // What is left of labels behind a list that is set stands behind it in the map as well.
        if (isLabelField(field)) for (const one of newest.keys()) if (coversField(field, one)) newest.delete(one);
        newest.set(field, { version: row.version, value, matchedBy, exact: row.expect?.of === 'each' });
      }
    }
    const live = sorted.find((entry) => entry.live !== undefined)?.live;
    const fields: PendingField[] = [];
    for (const [field, { version, value, matchedBy, exact }] of newest) {
      // Equal by definition: it is what found the contact.
      if (field === matchedBy) continue;
      const changed: Patch = live === undefined ? { [field]: value } : diff({ [field]: value }, live, matchedBy);
      const differs = changed[field] !== undefined;
      // What is put back is put back to the letter, whatever we would write there today.
      const send = exact ? value : (changed[field] ?? value);
      const before = live === undefined ? undefined : formerOf(field, live);
      fields.push({ field, version, value: send, differs, before });
    }
    const { row, matchedBy } = sorted.at(-1)!;
    return { contact, rows: sorted.map((entry) => entry.row), fields, lookup: lookupOf(row, matchedBy) };
  });
}

/** How the contact is looked for once more, when it is gone or may have been created meanwhile. */
function lookupOf({ keys, match, expect, again }: WaitingRow, matchedBy: MatchKey | undefined): Lookup | undefined {
  if (matchedBy === undefined) return { keys, match, ...(expect?.of === 'nobody' ? { expect } : {}) };
  // What was found by its id, or is gone for the second time, is not found by anything else.
  return matchedBy === 'id' || again === true ? undefined : { keys, match };
}
