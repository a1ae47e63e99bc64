/** How often it is looked whose time is up, as a part of the time. */
const LOOKS = 10;

interface Waiter {
  until: number;
  giveUp: () => void;
}

/**
 * Waits for work, but not for ever. One timer for all: setting and clearing one for each delivery costs more than checking
 * its signature's time.
 */
export class Patience {
  readonly #ms: number;
  /** In the order in which their time is up. */
  readonly #waiting = new Set<Waiter>();
  #timer: NodeJS.Timeout | undefined;

  /** @param ms how long, give or take a tenth */
  constructor(ms: number) {
    this.#ms = ms;
  }

  /** As `work`; rejects with `why` when it takes too long. */
  wait<T>(work: Promise<T>, why: string): Promise<T> {
    return new Promise((resolve, reject) => {
      const waiter = { until: performance.now() + this.#ms, giveUp: () => reject(new Error(why)) };
      this.#waiting.add(waiter);
      this.#timer ??= setInterval(() => this.#look(), this.#ms / LOOKS).unref();
      work.then(
        (value) => {
          this.#waiting.delete(waiter);
          resolve(value);
        },
        (error: unknown) => {
          this.#waiting.delete(waiter);
          reject(error);
        },
      );
    });
  }

  #look(): void {
    const now = performance.now();
    for (const waiter of this.#waiting) {
      if (waiter.until > now) return;
      this.#waiting.delete(waiter);
      waiter.giveUp();
    }
    // Nobody waits: the next one starts it again.
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
