/** Keeps, of what comes by in any order, the few with the lowest row numbers. */
export class Lowest<T extends { row: number }> {
  readonly #most: number;
  readonly #kept: T[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  add(item: T): void {
    if (this.#kept.length === this.#most) {
      const last = this.#kept.at(-1);
      if (last === undefined || last.row < item.row) return;
      this.#kept.pop();
    }
    // From the end: rows come nearly in their order, and all of them may be wanted.
    const before = this.#kept.findLastIndex((kept) => kept.row <= item.row);
    this.#kept.splice(before + 1, 0, item);
  }

  /** In the order of the rows. */
  get all(): readonly T[] {
    return this.#kept;
  }
}
