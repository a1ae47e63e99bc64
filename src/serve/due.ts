/**
 * Hands batches on to whoever gives them jobs, one hand-over at a time: what becomes due meanwhile goes with the next, so in
 * a storm a single call carries many.
 */
export class Due {
  readonly #hand: (batches: readonly string[]) => Promise<unknown>;
  #waiting: string[] = [];
  #handing = false;

  /** @param hand may fail: what is lost there must be found by somebody else */
  constructor(hand: (batches: readonly string[]) => Promise<unknown>) {
    this.#hand = hand;
  }

  add(batches: readonly string[]): void {
    this.#waiting.push(...batches);
    if (!this.#handing) void this.#handOn();
  }

  async #handOn(): Promise<void> {
    this.#handing = true;
    while (this.#waiting.length > 0) {
      const batches = this.#waiting;
      this.#waiting = [];
      await this.#hand(batches).catch(() => undefined);
    }
    this.#handing = false;
  }
}
