/** Counts requests per clock window, as rack-attack does: aligned to the epoch, blocked requests count as well. */
export class RateWindow {
  readonly #windowMs: number;
  #window = -1;
  #count = 0;
  /** Requests allowed per window; 0 is no limit. May be changed while running. */
  limit: number;

  constructor(limit: number, windowMs: number) {
    this.limit = limit;
    this.#windowMs = windowMs;
  }

  /** Counts one request at a time in Unix milliseconds; false when it is over the limit. */
  admit(at: number): boolean {
    const window = Math.floor(at / this.#windowMs);
    if (window !== this.#window) {
      this.#window = window;
      this.#count = 0;
    }
    this.#count += 1;
    return this.limit === 0 || this.#count <= this.limit;
  }

  /** Whole seconds until the window ends, at least 1: what a Retry-After would say. */
  secondsLeft(at: number): number {
    return Math.max(1, Math.ceil((this.#windowMs - (at % this.#windowMs)) / 1000));
  }

  reset(): void {
    this.#count = 0;
  }
}
