import pLimit, { type LimitFunction } from 'p-limit';
import type { Logger } from 'pino';
import { type ForeseeTools, foresee } from '../../jobs/foresee.ts';
import { loggableName } from '../queue/new-contact.ts';

/** Contacts that are worked on at a time: each waits for Redis alone. */
const AT_ONCE = 40;

/**
 * Stands where the jobs `update` would be while a run is only planned. Nobody but the planning process ever sees the run
 * and a plan is never continued, so its contacts need neither a queue that outlives the process nor a retry. Each
 * contact is worked on by one at a time, and once more when it became due meanwhile, as its job would be.
 */
export class Foreseer {
  readonly #tools: ForeseeTools;
  readonly #log: Logger;
  readonly #limit: LimitFunction = pLimit(AT_ONCE);
  readonly #waiting = new Set<string>();
  readonly #active = new Map<string, Promise<void>>();
  #stopped = false;

  constructor(tools: ForeseeTools, log: Logger) {
    this.#tools = tools;
    this.#log = log;
  }

  take(contacts: readonly string[]): void {
    for (const contact of contacts) {
      if (this.#waiting.has(contact)) continue;
      this.#waiting.add(contact);
      if (!this.#active.has(contact)) this.#start(contact);
    }
  }

  /** Contacts that wait or are worked on. */
  get open(): number {
    return this.#waiting.size + this.#active.size;
  }

  /** Ends what is under way and leaves the rest. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#limit.clearQueue();
    await Promise.all(this.#active.values());
  }

  #start(contact: string): void {
    void this.#limit(() => {
      if (this.#stopped) return undefined;
      this.#waiting.delete(contact);
      const work = this.#foresee(contact).finally(() => {
        this.#active.delete(contact);
        if (this.#waiting.has(contact) && !this.#stopped) this.#start(contact);
      });
      this.#active.set(contact, work);
      return work;
    });
  }

  /** A failure is Redis' alone; the sweeper brings the contact back. */
  async #foresee(contact: string): Promise<void> {
    try {
      await foresee(contact, this.#tools);
    } catch (err) {
      this.#log.error({ event: 'job.error', job: 'update', subject: loggableName(contact), err }, 'job.error');
    }
  }
}
