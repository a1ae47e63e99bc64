import { Headroom } from '../redis/headroom.ts';
import type { Engine } from './engine.ts';

/** How often it is looked how much waits, in milliseconds. */
const LOOK_EVERY_MS = 250;

/**
 * Whether more can be taken in. Above the high-water mark senders are turned away until half of it is gone; so they are
 * while Redis is away or nearly full. A big queue loses less than a 503 at most senders, so the mark should be high.
 */
export class Tide {
  readonly #engine: Engine;
  readonly #highWater: number;
  readonly #headroom: Headroom;
  #high = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(engine: Engine, highWater: number) {
    this.#engine = engine;
    this.#highWater = highWater;
    this.#headroom = new Headroom(() => engine.node, Date.now);
  }

  get low(): boolean {
    return !this.#high && this.#engine.ready;
  }

  start(): void {
    let looking = false;
    this.#timer = setInterval(() => {
      // Asked while Redis is away, too: with nobody else at work, only this finds out that a cluster's node is back.
      if (looking) return;
      looking = true;
      Promise.all([this.#engine.backlog(), this.#headroom.full()])
        .then(
          ([waiting, full]) => {
            this.#high = full !== undefined || waiting > (this.#high ? this.#highWater / 2 : this.#highWater);
          },
          () => undefined,
        )
        .finally(() => {
          looking = false;
        });
    }, LOOK_EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
