import type { Logger } from 'pino';
import type { DeliveryNote } from './reception.ts';

/** Lines a second, of one source and one result, that stand for one delivery each. */
const SINGLE = 20;

interface Rest {
  source: string;
  result: DeliveryNote['result'];
  deliveries: number;
  events: number;
  duplicates: number;
  ignored: number;
}

/**
 * The log's account of deliveries: a line for each, until so many come in one second that nobody would read them. What comes
 * beyond that is summed up, a line a second: a storm, or somebody who sends forgeries, must not fill the disk.
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
    const second = Math.floor(this.#now() / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#lines.clear();
    }
    const kind = `${note.source} ${note.result}`;
    const lines = (this.#lines.get(kind) ?? 0) + 1;
    this.#lines.set(kind, lines);
    if (lines <= SINGLE) this.#write(note.result, { event: 'webhook.delivery', ...note });
    else this.#sum(kind, note);
  }

  /** Writes what was summed up; call it at the end. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const rest of this.#rest.values()) this.#write(rest.result, { event: 'webhook.deliveries', ...rest });
    this.#rest.clear();
  }

  #write(result: DeliveryNote['result'], line: { event: string }): void {
    if (result === 'taken') this.#log.info(line, line.event);
    else this.#log.warn(line, line.event);
  }

  #sum(kind: string, { source, result, events = 0, duplicates = 0, ignored = 0 }: DeliveryNote): void {
    let rest = this.#rest.get(kind);
    if (rest === undefined) {
      rest = { source, result, deliveries: 0, events: 0, duplicates: 0, ignored: 0 };
      this.#rest.set(kind, rest);
    }
    rest.deliveries++;
    rest.events += events;
    rest.duplicates += duplicates;
    rest.ignored += ignored;
    this.#timer ??= setTimeout(() => this.flush(), 1000);
  }
}
