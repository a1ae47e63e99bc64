import type { Definitions } from '../contact/attribute.ts';
import { EVENT_BATCHES, ROWS_A_BATCH } from '../queue/intake.ts';
import type { RedisClient } from '../redis/connect.ts';
import type { Keys } from '../redis/keys.ts';
import { type Ending, NO_CALL } from '../run/entry.ts';
import type { Ledger } from '../run/ledger.ts';
import type { Outcome } from '../run/outcome.ts';
import type { Reason } from '../run/reason.ts';
import type { WebhookEvent } from '../source/webhook/event.ts';
import { type Item, itemOf, USUAL_END } from './item.ts';
import { COUNT_REFUSED, TAKE_EVENTS } from './scripts.ts';
import { shape } from './shape.ts';
import type { EventSource } from './source.ts';
import { Together, type Told } from './together.ts';

/** What became of the events of one delivery. */
export interface Taken {
  taken: number;
  duplicates: number;
  ignored: number;
  /** Batches that are due: each needs a job. */
  batches: string[];
  /** Where events wait until their record is fetched: each needs a job. */
  thin: string[];
}

/** Why a delivery was not taken. */
export type RefusalCounter = 'unauthentic' | 'overloaded';

/** Puts events into Redis: once each, in one go with everything that makes them arrive. */
export class EventStore {
  readonly #redis: RedisClient;
  readonly #keys: Keys;
  readonly #ledger: Ledger;
  readonly #together = new Together((source, run, items) => this.#tell(source, run, items));

  constructor(redis: RedisClient, keys: Keys, ledger: Ledger) {
    this.#redis = redis;
    this.#keys = keys;
    this.#ledger = ledger;
  }

  /**
   * Takes events in; resolves when they are safe. What comes a second time is counted and nothing else, except under
   * `again`: a replay, which is another event than the one that failed.
   *
   * @returns undefined when Redis does not know the run
   */
  async take(
    source: EventSource,
    run: string,
    events: readonly WebhookEvent[],
    definitions: Definitions | undefined,
    again = '',
  ): Promise<Taken | undefined> {
    const shaped = events.map((event) => [event, shape(source, event, definitions)] as const);
    const told = shaped.filter(([, { type }]) => type !== 'ignored');
    const ignored = shaped.length - told.length;
    if (told.length === 0) return { taken: 0, duplicates: 0, ignored, batches: [], thin: [] };
    const items = told.map(([event, what]) => itemOf({ source: source.name, run, again }, event, what));
    const share = await this.#together.add(source.name, run, items);
    return share && { taken: told.length - share.duplicates, ignored, ...share };
  }

  async #tell(source: string, run: string, items: readonly Item[]): Promise<Told | undefined> {
    // Beside the other JSON: inside of it, a row would be escaped here and read once more there.
    const texts: string[] = [];
    const heads = items.map(({ j, ...head }) => (j === undefined ? head : { ...head, i: texts.push(j) }));
    const { base, runs } = this.#keys;
    const args = [base, run, source, ROWS_A_BATCH, EVENT_BATCHES, JSON.stringify(heads), USUAL_END, ...texts];
    const answer = (await TAKE_EVENTS.run(this.#redis, [runs], args)) as
      | ['no-run']
      | ['taken', number[], string[], string[], string[]];
    if (answer[0] === 'no-run') return undefined;
    const [, duplicates, batches, ended, thin] = answer;
    await this.#logEnded(run, ended);
    return { duplicates, batches, thin };
  }

  /** Counts a delivery that was turned away; nothing of it is kept. */
  async refused(source: string, why: RefusalCounter): Promise<void> {
    await COUNT_REFUSED.run(this.#redis, [`${this.#keys.base}:source:${source}`], [why]);
  }

  /** Counters of a source: taken, duplicates, unauthentic, overloaded. */
  async counters(source: string): Promise<Record<string, number>> {
    const hash = await this.#redis.hgetall(`${this.#keys.base}:source:${source}`);
    return Object.fromEntries(Object.entries(hash).map(([name, n]) => [name, Number(n)]));
  }

  async #logEnded(run: string, ended: readonly string[]): Promise<void> {
    for (let i = 0; i < ended.length; i += 3) {
      const row = Number(ended[i]);
      const ending: Ending = {
        run,
        place: { row, file: 0, line: row + 1 },
        outcome: ended[i + 1] as Outcome,
        reason: ended[i + 2] as Reason,
        circumstances: NO_CALL,
      };
      await this.#ledger.logFresh([ending], [1]);
    }
  }
}
