import type { Logger } from 'pino';
import type { DeliveryNote } from './reception.ts';

/** Lines a second of one source that stand for one delivery each. */
const SINGLE = 20;

interface Rest {
  deliveries: number;
  events: number;
  duplicates: number;
  ignored: number;
}

/**
 * The log's account of deliveries: a line for each, until so many come in one second that nobody would read them. What is
 * taken beyond that is summed up, a line a second; what is turned away always has a line of its own.
 */
export class DeliveryLog {
  readonly #log: Pick<Logger, 'info' | 'warn'>;
  readonly #now: () => number;
  readonly #rest = new Map<string, Rest>();
  #second = 0;
  #lines = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;

  /** @param now epoch ms */
  constructor(log: Pick<Logger, 'info' | 'warn'>, now: () => number) {
    this.#log = log;
    this.#now = now;
  }

  note(note: DeliveryNote): void {
    if (note.result !== 'taken') {
      this.#log.warn({ event: 'webhook.delivery', ...note }, 'webhook.delivery');
      return;
    }
    const second = Math.floor(this.#now() / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#lines.clear();
    }
    const lines = (this.#lines.get(note.source) ?? 0) + 1;
    this.#lines.set(note.source, lines);
    if (lines <= SINGLE) this.#log.info({ event: 'webhook.delivery', ...note }, 'webhook.delivery');
    else this.#sum(note);
  }

  /** Writes what was summed up; call it at the end. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const [source, rest] of this.#rest) {
      this.#log.info({ event: 'webhook.deliveries', source, result: 'taken', ...rest }, 'webhook.deliveries');
    }
    this.#rest.clear();
  }

  #sum({ source, events = 0, duplicates = 0, ignored = 0 }: DeliveryNote): void {
    let rest = this.#rest.get(source);
    if (rest === undefined) {
      rest = { deliveries: 0, events: 0, duplicates: 0, ignored: 0 };
      this.#rest.set(source, rest);
    }
    rest.deliveries++;
    rest.events += events;
    rest.duplicates += duplicates;
    rest.ignored += ignored;
    this.#timer ??= setTimeout(() => this.flush(), 1000);
  }
}
