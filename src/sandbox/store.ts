import { type ContactRecord, isResolved, seededRecord } from './contact.ts';
import { FieldIndex } from './field-index.ts';
import { seedNumberOf } from './seed.ts';

/** Which contacts a list shows: those with a key, or every one of the account. */
export type Scope = 'resolved' | 'all';

/**
 * The contacts of the account. Seeded contacts exist only as a number until somebody changes them, so an account of a
 * million costs nothing to start; a changed one costs about half a kilobyte.
 */
export class ContactStore {
  readonly #seeded: number;
  readonly #records = new Map<number, ContactRecord>();
  readonly #gone = new Set<number>();
  readonly #email: FieldIndex;
  readonly #phone: FieldIndex;
  readonly #identifier: FieldIndex;
  readonly #sources = new Map<string, number>();
  #lists: Partial<Record<Scope, number[]>> = {};
  #last: number;
  #count: number;
  #resolved: number;
  #orderVersion = 0;

  constructor(seeded: number) {
    this.#seeded = seeded;
    this.#last = seeded;
    this.#count = seeded;
    this.#resolved = seeded;
    this.#email = new FieldIndex('email', seeded);
    this.#phone = new FieldIndex('phone', seeded);
    this.#identifier = new FieldIndex('identifier', seeded);
  }

  get count(): number {
    return this.#count;
  }

  get resolvedCount(): number {
    return this.#resolved;
  }

  /** Rises whenever something that a list is sorted by may have changed. */
  get orderVersion(): number {
    return this.#orderVersion;
  }

  get(id: number): ContactRecord | undefined {
    const record = this.#records.get(id);
    if (record) return record;
    return id >= 1 && id <= this.#seeded && Number.isInteger(id) && !this.#gone.has(id) ? seededRecord(id) : undefined;
  }

  /** Ids of the contacts in a scope, ascending. The array is the store's own: do not change it. */
  ids(scope: Scope): readonly number[] {
    const known = this.#lists[scope];
    if (known) return known;
    const list: number[] = [];
    for (let id = 1; id <= this.#seeded; id += 1) {
      if (this.#gone.has(id)) continue;
      const record = this.#records.get(id);
      if (!record || scope === 'all' || isResolved(record)) list.push(id);
    }
    const added = [...this.#records.keys()].filter((id) => id > this.#seeded).sort((a, b) => a - b);
    for (const id of added) if (scope === 'all' || isResolved(this.#records.get(id)!)) list.push(id);
    this.#lists[scope] = list;
    return list;
  }

  /**
   * Ids of the contacts, ascending, of which any text may hold this one. The e-mail of a seeded contact is in no other
   * that is as it was seeded, so that a script which searches an account for each e-mail is not slowed by the sandbox.
   */
  mayHold(text: string): readonly number[] {
    const seed = seedNumberOf('email', text);
    if (seed === undefined) return this.ids('all');
    return [...new Set([seed, ...this.#records.keys()])].filter((id) => this.get(id)).sort((a, b) => a - b);
  }

  /** Contacts whose stored e-mail, phone or lower-cased identifier equals the value. */
  find(field: 'email' | 'phone' | 'identifier', value: string): ContactRecord[] {
    const index = field === 'email' ? this.#email : field === 'phone' ? this.#phone : this.#identifier;
    const wanted = field === 'identifier' ? value.toLowerCase() : value;
    const found: ContactRecord[] = [];
    for (const id of index.candidates(wanted)) {
      const record = this.get(id);
      const held = field === 'identifier' ? record?.identifier?.toLowerCase() : record?.[field];
      if (record && held === wanted) found.push(record);
    }
    return found;
  }

  /** The contact with a source id in the API inbox. */
  bySource(sourceId: string): ContactRecord | undefined {
    const id = this.#sources.get(sourceId);
    return id === undefined ? undefined : this.get(id);
  }

  /** The id the next contact gets. */
  takeId(): number {
    this.#last += 1;
    return this.#last;
  }

  /** Stores a record, new or in place of the one with its id. */
  put(record: ContactRecord): void {
    const before = this.get(record.id);
    this.#records.set(record.id, record);
    if (record.id > this.#last) this.#last = record.id;
    this.#email.move(record.id, before?.email ?? null, record.email);
    this.#phone.move(record.id, before?.phone ?? null, record.phone);
    this.#identifier.move(record.id, lower(before?.identifier), lower(record.identifier));
    if (before?.sourceId && before.sourceId !== record.sourceId) this.#sources.delete(before.sourceId);
    if (record.sourceId) this.#sources.set(record.sourceId, record.id);
    const resolved = isResolved(record);
    if (!before) {
      this.#gone.delete(record.id);
      this.#count += 1;
      if (resolved) this.#resolved += 1;
      this.#append(record, resolved);
    } else if (isResolved(before) !== resolved) {
      this.#resolved += resolved ? 1 : -1;
      this.#lists = {};
    }
    if (!before || sortsOtherwise(before, record)) this.#orderVersion += 1;
  }

  remove(id: number): void {
    const before = this.get(id);
    if (!before) return;
    this.#email.move(id, before.email, null);
    this.#phone.move(id, before.phone, null);
    this.#identifier.move(id, lower(before.identifier), null);
    if (before.sourceId) this.#sources.delete(before.sourceId);
    this.#records.delete(id);
    if (id <= this.#seeded) this.#gone.add(id);
    this.#count -= 1;
    if (isResolved(before)) this.#resolved -= 1;
    this.#lists = {};
    this.#orderVersion += 1;
  }

  #append(record: ContactRecord, resolved: boolean): void {
    for (const scope of ['all', 'resolved'] as const) {
      const list = this.#lists[scope];
      if (!list || (scope === 'resolved' && !resolved)) continue;
      if ((list.at(-1) ?? 0) < record.id) list.push(record.id);
      else delete this.#lists[scope];
    }
  }
}

function lower(text: string | null | undefined): string | null {
  return text?.toLowerCase() ?? null;
}

function sortsOtherwise(before: ContactRecord, after: ContactRecord): boolean {
  return (
    before.email !== after.email ||
    before.name !== after.name ||
    before.phone !== after.phone ||
    before.additional !== after.additional ||
    before.lastActivityAt !== after.lastActivityAt
  );
}
