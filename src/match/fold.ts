import type { MatchKey } from '../contact/change.ts';
import { diff } from '../contact/diff.ts';
import type { LiveContact } from '../contact/live.ts';
import type { Patch } from '../contact/patch.ts';
import type { WaitingRow } from '../queue/intake.ts';
import type { PendingField } from '../queue/mailbox.ts';

/** A row whose contact is known. */
export interface MatchedRow {
  row: WaitingRow;
  live: LiveContact | undefined;
  matchedBy: MatchKey;
}

/** The changes of one contact, in the order of their versions. */
export interface FoldedChange {
  contact: string;
  rows: WaitingRow[];
  fields: PendingField[];
}

/**
 * Folds the rows of each contact into one change, field by field: the newest value wins, and only what it leaves different
 * from the contact is a difference.
 */
export function fold(matched: ReadonlyMap<string, readonly MatchedRow[]>): FoldedChange[] {
  return [...matched].map(([contact, entries]) => {
    const sorted = [...entries].sort((a, b) => (a.row.version < b.row.version ? -1 : 1));
    const newest = new Map<string, { version: string; value: string; matchedBy: MatchKey }>();
    for (const { row, matchedBy } of sorted) {
      for (const [field, value] of Object.entries(row.patch))
        newest.set(field, { version: row.version, value, matchedBy });
    }
    const live = sorted.find((entry) => entry.live !== undefined)?.live;
    const fields: PendingField[] = [];
    for (const [field, { version, value, matchedBy }] of newest) {
      // Equal by definition: it is what found the contact.
      if (field === matchedBy) continue;
      const changed: Patch = live === undefined ? { [field]: value } : diff({ [field]: value }, live, matchedBy);
      fields.push({ field, version, value: changed[field] ?? value, differs: changed[field] !== undefined });
    }
    return { contact, rows: sorted.map((entry) => entry.row), fields };
  });
}
