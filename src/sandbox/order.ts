import { attributesOf, attributeText, type ContactRecord } from './contact.ts';
import type { ContactStore } from './store.ts';

type Value = string | number | null;
interface SortKey {
  name: string;
  descending: boolean;
}

/** How Postgres' en_US collation compares, near enough. */
const COLLATOR = new Intl.Collator('en');
const NULLS_FIRST_DOWN = new Set(['email', 'phone_number', 'name']);

const VALUE_OF: Record<string, (contact: ContactRecord) => Value> = {
  email: (contact) => contact.email,
  name: (contact) => contact.name?.toLowerCase() ?? null,
  phone_number: (contact) => contact.phone,
  last_activity_at: (contact) => contact.lastActivityAt,
  created_at: (contact) => contact.createdAt,
  company: (contact) => attributeText(attributesOf(contact.additional), 'company_name'),
  company_name: (contact) => attributeText(attributesOf(contact.additional), 'company_name'),
  city: (contact) => attributeText(attributesOf(contact.additional), 'city'),
  country: (contact) => attributeText(attributesOf(contact.additional), 'country'),
};

/** The sort keys of a request: comma-separated, "-" for descending, unknown ones ignored. */
export function sortKeysOf(sort: unknown): SortKey[] {
  if (typeof sort !== 'string') return [];
  const keys = sort.split(',').map((part) => part.trim());
  return keys
    .map((part) => ({ name: part.replace(/^-/, ''), descending: part.startsWith('-') }))
    .filter(({ name }) => Object.hasOwn(VALUE_OF, name));
}

/**
 * Ids in the order of the keys. Nulls come last, except for e-mail, phone and name descending, where the desk leaves
 * Postgres' default (first). Equal rows stay in the order of their ids, which the real desk does not promise.
 */
export function ordered(ids: readonly number[], keys: readonly SortKey[], store: ContactStore): readonly number[] {
  if (keys.length === 0) return ids;
  const columns = keys.map(({ name, descending }) => {
    const nullsFirst = descending && NULLS_FIRST_DOWN.has(name);
    return { values: new Array<Value>(ids.length), read: VALUE_OF[name]!, descending, nullsFirst };
  });
  const places = new Uint32Array(ids.length);
  for (const [place, id] of ids.entries()) {
    const contact = store.get(id)!;
    places[place] = place;
    for (const column of columns) column.values[place] = column.read(contact);
  }
  places.sort((a, b) => {
    for (const { values, descending, nullsFirst } of columns) {
      const left = values[a]!;
      const right = values[b]!;
      if (left === right) continue;
      if (left === null || right === null) return (left === null) === nullsFirst ? -1 : 1;
      const order = compare(left, right);
      if (order !== 0) return descending ? -order : order;
    }
    return a - b;
  });
  return Array.from(places, (place) => ids[place]!);
}

/** Keeps the sorted list of the whole account, so that reading it page by page sorts once. */
export class OrderedList {
  #sort = '';
  #version = -1;
  #ids: readonly number[] = [];

  idsOf(sort: unknown, store: ContactStore): readonly number[] {
    const keys = sortKeysOf(sort);
    const ids = store.ids('resolved');
    if (keys.length === 0) return ids;
    if (this.#sort !== sort || this.#version !== store.orderVersion) {
      this.#ids = ordered(ids, keys, store);
      this.#sort = sort as string;
      this.#version = store.orderVersion;
    }
    return this.#ids;
  }
}

function compare(left: string | number, right: string | number): number {
  return typeof left === 'number' && typeof right === 'number'
    ? left - right
    : COLLATOR.compare(String(left), String(right));
}
