import { seedNumberOf } from './seed.ts';

/**
 * From a value to the contacts that may hold it. The value a contact was seeded with is computed, not stored: only
 * values that differ from the seed take memory. Candidates must be checked against the record.
 */
export class FieldIndex {
  readonly #field: 'email' | 'phone' | 'identifier';
  readonly #seeded: number;
  readonly #ids = new Map<string, number | number[]>();

  constructor(field: 'email' | 'phone' | 'identifier', seeded: number) {
    this.#field = field;
    this.#seeded = seeded;
  }

  /** Ids that may hold the value, ascending by entry; each must still be looked at. */
  candidates(value: string): number[] {
    const entry = this.#ids.get(value);
    const stored = entry === undefined ? [] : typeof entry === 'number' ? [entry] : entry;
    const seed = this.#seedOf(value);
    return seed === undefined ? [...stored] : [seed, ...stored];
  }

  /** Records that a contact's value changed; null stands for none. */
  move(id: number, from: string | null, to: string | null): void {
    if (from === to) return;
    if (from !== null && this.#seedOf(from) !== id) this.#drop(from, id);
    if (to !== null && this.#seedOf(to) !== id) this.#add(to, id);
  }

  #seedOf(value: string): number | undefined {
    const i = seedNumberOf(this.#field, value);
    return i !== undefined && i >= 1 && i <= this.#seeded ? i : undefined;
  }

  #add(value: string, id: number): void {
    const entry = this.#ids.get(value);
    if (entry === undefined) this.#ids.set(value, id);
    else this.#ids.set(value, typeof entry === 'number' ? [entry, id] : [...entry, id]);
  }

  #drop(value: string, id: number): void {
    const entry = this.#ids.get(value);
    if (entry === undefined) return;
    const left = typeof entry === 'number' ? [] : entry.filter((other) => other !== id);
    if (left.length === 0) this.#ids.delete(value);
    else this.#ids.set(value, left.length === 1 ? left[0]! : left);
  }
}
