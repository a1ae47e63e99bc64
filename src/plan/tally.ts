import { attributeOf } from '../contact/field.ts';
import { effectOf } from './effect.ts';
import { type FieldChange, type FieldCount, type PlanEntry, type UndoLimits, writes } from './entry.ts';
import { Lowest } from './lowest.ts';

/**
 * What an undo cannot put back, in the words of the plan. Chatwoot keeps one picture a contact (concerns/avatarable.rb)
 * and has no call that removes a key of additional_attributes (contacts_controller.rb).
 */
const LIMITS = {
  avatar: 'a new picture; Chatwoot keeps no copy of the one before',
  key: 'a new key in additional_attributes; it can be emptied, not removed',
  created: 'created; an undo lists them and deletes none',
  unread: 'written without being read; what was there is not known',
} as const;

type Limit = keyof typeof LIMITS;

/**
 * Adds a plan up while its entries come by, in any order: the table of fields, the limits of an undo and the first
 * entries that write. Keeps nothing else, so a plan may have any number of rows. One entry that writes counts as one
 * contact, since further rows of a contact are merged into it.
 */
export class Tally {
  readonly #fields = new Map<string, FieldCount>();
  readonly #limits = new Map<Limit, number>();
  readonly #first: Lowest<PlanEntry>;
  #written = 0;
  #restorable = 0;

  /** @param most how many entries `first` keeps */
  constructor(most: number) {
    this.#first = new Lowest(most);
  }

  add(entry: PlanEntry): void {
    if (!writes(entry)) return;
    this.#written++;
    for (const change of entry.changes) this.#count(change, entry);
    this.#judge(entry);
    this.#first.add(entry);
  }

  /** Entries that write. */
  get written(): number {
    return this.#written;
  }

  /** Those of them with the lowest row numbers, in that order. */
  get first(): readonly PlanEntry[] {
    return this.#first.all;
  }

  /** The fields that change, the most frequent first. */
  fields(): FieldCount[] {
    const all = (count: FieldCount) => count.filled + count.replaced + count.cleared;
    return [...this.#fields.values()].sort((a, b) => all(b) - all(a) || (a.field < b.field ? -1 : 1));
  }

  undo(): UndoLimits {
    const limits = (Object.keys(LIMITS) as Limit[]).filter((limit) => this.#limits.has(limit));
    return {
      possible: this.#written === 0 || this.#restorable > 0,
      only_so_far: limits.map((limit) => ({ what: LIMITS[limit], contacts: this.#limits.get(limit) ?? 0 })),
    };
  }

  #count(change: FieldChange, { outcome }: PlanEntry): void {
    const count = this.#fields.get(change.field) ?? { field: change.field, filled: 0, replaced: 0, cleared: 0 };
    count[effectOf(change, outcome)]++;
    this.#fields.set(change.field, count);
  }

  /** Counts an entry once for each limit that holds for it. */
  #judge(entry: PlanEntry): void {
    const found = new Set<Limit | undefined>(
      entry.outcome === 'created' ? ['created' as const] : entry.changes.map(limitOf),
    );
    if (found.has(undefined) || found.has('key')) this.#restorable++;
    for (const limit of found) if (limit !== undefined) this.#limits.set(limit, (this.#limits.get(limit) ?? 0) + 1);
  }
}

/** Why a change cannot be put back as it was; undefined when it can. */
function limitOf({ field, before }: FieldChange): Limit | undefined {
  if (field === 'avatar_url') return 'avatar';
  if (before === undefined) return 'unread';
  return before === '' && attributeOf(field)?.object === 'additional_attributes' ? 'key' : undefined;
}
