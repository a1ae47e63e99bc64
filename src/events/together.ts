import type { Item } from './item.ts';

/** Most events in one go, unless a single delivery has more: Redis does nothing else meanwhile. */
const MOST = 200;

/** What Redis says of events that it was told in one go. */
export interface Told {
  /** Places of those that came before, from 1. */
  duplicates: readonly number[];
  batches: string[];
  thin: string[];
}

/** The same, of the events of one delivery. What is to be done for all of them is told to the first alone. */
export interface Share {
  duplicates: number;
  batches: string[];
  thin: string[];
}

interface Part {
  size: number;
  resolve: (share: Share | undefined) => void;
  reject: (error: unknown) => void;
}

interface Group {
  items: Item[];
  parts: Part[];
}

/**
 * Puts the events of deliveries that come in one turn of the event loop into Redis in one go: with many senders at once, a
 * script call for each would cost this process and Redis more than all else they do for an event.
 */
export class Together {
  readonly #tell: (source: string, run: string, items: readonly Item[]) => Promise<Told | undefined>;
  readonly #open = new Map<string, Group>();

  /** @param tell puts events into Redis; resolves to undefined when Redis does not know the run */
  constructor(tell: (source: string, run: string, items: readonly Item[]) => Promise<Told | undefined>) {
    this.#tell = tell;
  }

  /** As `tell`, with whatever else comes in this turn. */
  add(source: string, run: string, items: readonly Item[]): Promise<Share | undefined> {
    return new Promise((resolve, reject) => {
      const key = `${run} ${source}`;
      let group = this.#open.get(key);
      if (group !== undefined && group.items.length + items.length > MOST) group = undefined;
      if (group === undefined) {
        const begun: Group = { items: [], parts: [] };
        group = begun;
        this.#open.set(key, begun);
        setImmediate(() => {
          if (this.#open.get(key) === begun) this.#open.delete(key);
          void this.#send(source, run, begun);
        });
      }
      group.items.push(...items);
      group.parts.push({ size: items.length, resolve, reject });
    });
  }

  async #send(source: string, run: string, { items, parts }: Group): Promise<void> {
    let told: Told | undefined;
    try {
      told = await this.#tell(source, run, items);
    } catch (error) {
      for (const { reject } of parts) reject(error);
      return;
    }
    let from = 0;
    for (const [i, { size, resolve }] of parts.entries()) {
      const to = from + size;
      const own = told?.duplicates.filter((place) => place > from && place <= to).length ?? 0;
      const rest = i === 0 && told !== undefined ? told : { batches: [], thin: [] };
      resolve(told && { duplicates: own, batches: rest.batches, thin: rest.thin });
      from = to;
    }
  }
}
