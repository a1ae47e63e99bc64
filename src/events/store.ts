import type { Redis } from 'ioredis';
import type { Definitions } from '../contact/attribute.ts';
import { lookupOf } from '../match/condition.ts';
import { EVENT_BATCHES, ROWS_A_BATCH } from '../queue/intake.ts';
import type { Keys } from '../redis/keys.ts';
import { type Ending, NO_CALL, tailOf } from '../run/entry.ts';
import type { Ledger } from '../run/ledger.ts';
import type { Outcome } from '../run/outcome.ts';
import type { Reason } from '../run/reason.ts';
import type { WebhookEvent } from '../source/webhook/event.ts';
import { digestOf } from './digest.ts';
import { COUNT_REFUSED, TAKE_EVENTS } from './scripts.ts';
import { type Shaped, shape } from './shape.ts';
import type { EventSource } from './source.ts';

/** What became of the events of one delivery. */
export interface Taken {
  taken: number;
  duplicates: number;
  ignored: number;
  /** Batches that are due: each needs a job. */
  batches: string[];
}

/** An event that cannot be used, as it is kept. It holds people's data. */
export interface Quarantined {
  source: string;
  reason: string;
  detail: string;
  event: WebhookEvent;
}

/** Why a delivery was not taken. */
export type RefusalCounter = 'unauthentic' | 'overloaded';

/** Puts events into Redis: once each, in one go with everything that makes them arrive. */
export class EventStore {
  readonly #redis: Redis;
  readonly #keys: Keys;
  readonly #ledger: Ledger;

  constructor(redis: Redis, keys: Keys, ledger: Ledger) {
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
    if (told.length === 0) return { taken: 0, duplicates: 0, ignored, batches: [] };
    const payload = told.map(([event, what]) => itemOf(source.name, run, event, what, again));
    const { base, runs } = this.#keys;
    const args = [base, run, source.name, ROWS_A_BATCH, EVENT_BATCHES, JSON.stringify(payload)];
    const answer = (await TAKE_EVENTS.run(this.#redis, [runs], args)) as
      | ['no-run']
      | ['taken', number, string[], string[]];
    if (answer[0] === 'no-run') return undefined;
    const [, duplicates, batches, ended] = answer;
    await this.#logEnded(run, ended);
    return { taken: told.length - duplicates, duplicates, ignored, batches };
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

/** What the script is told of one event; see TAKE_EVENTS. */
function itemOf(
  source: string,
  run: string,
  event: WebhookEvent,
  what: Shaped,
  again: string,
): Record<string, unknown> {
  const common = {
    k: digestOf(again === '' ? event.key : `${again}:${event.key}`),
    s: event.subject === null ? '' : digestOf(event.subject),
    o: event.observedAt ?? 0,
    ...(event.key.startsWith('raw:') ? { w: 1 } : {}),
  };
  switch (what.type) {
    case 'row': {
      const lookup = lookupOf({ ...what.change, row: 0, file: 0, line: 0 });
      const row = JSON.stringify({ file: 0, ...what.change, run, event: true, kind: lookup });
      return { ...common, t: 'row', l: lookup, j: row.slice(1), d: tailOf(NO_CALL) };
    }
    case 'deleted':
      return { ...common, t: 'deleted', e: 'skipped', r: 'deleted-at-source', d: tailOf(NO_CALL) };
    case 'invalid': {
      const { reason, detail = '' } = what.fault;
      const kept: Quarantined = { source, reason, detail, event };
      return {
        ...common,
        t: 'end',
        e: 'invalid',
        r: reason,
        d: tailOf({ ...NO_CALL, detail }),
        q: JSON.stringify(kept),
      };
    }
    default:
      return { ...common, t: 'end', e: 'skipped', r: what.type === 'skipped' ? what.reason : '', d: tailOf(NO_CALL) };
  }
}
