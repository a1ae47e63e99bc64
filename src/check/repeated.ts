import { hashOf, Partners } from '../producer/partners.ts';

/** Most keys that are held against each other: one table of 2^21 places, 42 MB. */
export const MOST_KEYS = 1_500_000;

/** Repetitions that are told line by line. */
const SHOWN = 5;

/** Two lines of a file with the same key. */
export interface Repetition {
  key: string;
  lines: readonly [first: number, other: number];
}

/** Finds the keys that stand on more than one line. Keys beyond the first `MOST_KEYS` are not looked at. */
export class Repeated {
  readonly #seen = new Partners();
  /** The first of them. */
  readonly shown: Repetition[] = [];

  /** Keys that stand on more than one line. */
  get keys(): number {
    return this.#seen.contradictions;
  }

  /** Whether there were more keys than are looked at. */
  get full(): boolean {
    return this.#seen.size >= MOST_KEYS;
  }

  /** `name` is that of the key, for people; `text` goes nowhere. */
  add(name: string, text: string, line: number): void {
    if (this.full) return;
    const [high, low] = hashOf(`${name}\0${text}`);
    const before = this.keys;
    this.#seen.add(high, low, line, line);
    if (this.keys === before || this.shown.length >= SHOWN) return;
    this.shown.push({ key: name, lines: this.#seen.contradiction(high, low)! });
  }
}
