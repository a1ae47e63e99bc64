import type { Definitions } from '../contact/attribute.ts';
import { EVENT_BATCHES, ROWS_A_BATCH } from '../queue/intake.ts';
import type { RedisClient } from '../redis/connect.ts';
import type { Keys } from '../redis/keys.ts';
import { NO_CALL, tailOf } from '../run/entry.ts';
import type { Ledger } from '../run/ledger.ts';
import type { Outcome } from '../run/outcome.ts';
import type { Reason } from '../run/reason.ts';
import type { WebhookEvent } from '../source/webhook/event.ts';
import type { EventMapping } from './event-mapping.ts';
import { itemOf, USUAL_END } from './item.ts';
import { type Shaped, shape } from './shape.ts';
import { CLAIM, FINISH, RELEASE } from './thin-scripts.ts';

/** An event whose record is being fetched by this process. */
export interface Claimed {
  /** `<run>/<row>`. */
  place: string;
  claims: number;
  /** Attempts used before this one. */
  attempts: number;
  /** When it was claimed, in epoch milliseconds on Redis' clock: the record is as new as that. */
  atMs: number;
  event: WebhookEvent;
}

/** How fetching ended. */
export type Fetched =
  | { type: 'values'; values: Readonly<Record<string, unknown>> }
  /** The CRM has no such record. */
  | { type: 'gone' }
  /** It goes to quarantine; `why` names no value. */
  | { type: 'failed'; why: string };

/** The events of one source that carry only an id and wait until their record is fetched. */
export class ThinEvents {
  readonly #redis: RedisClient;
  readonly #keys: Keys;
  readonly #ledger: Ledger;
  readonly #source: EventMapping;
  readonly #hashes: [string, string];

  constructor(redis: RedisClient, keys: Keys, ledger: Ledger, source: EventMapping) {
    this.#redis = redis;
    this.#keys = keys;
    this.#ledger = ledger;
    this.#source = source;
    this.#hashes = [keys.thin(source.name), `${keys.thin(source.name)}:by`];
  }

  /** Begins an attempt; undefined when the event does not wait any more. */
  async claim(place: string): Promise<Claimed | undefined> {
    const answer = (await CLAIM.run(this.#redis, this.#hashes, [place])) as [number, number, number, string] | null;
    if (answer === null) return undefined;
    const [atMs, claims, attempts, event] = answer;
    return { place, claims, attempts, atMs, event: JSON.parse(event) as WebhookEvent };
  }

  /** It waits for another attempt; false when it does not, because its row has ended by now. */
  async release(claimed: Claimed, { attemptUsed }: { attemptUsed: boolean }): Promise<boolean> {
    const { place, claims } = claimed;
    const args = [this.#keys.base, place, claims, attemptUsed ? 1 : 0, tailOf(NO_CALL)];
    const answer = await RELEASE.run(this.#redis, this.#hashes, args);
    if (answer === 'folded') await this.#logEnded(place, 'merged', 'folded-into-newer', '');
    return answer === 'waits';
  }

  /** Gives the event its way, once whatever is repeated; returns batches that are due: each needs a job. */
  async finish(claimed: Claimed, fetched: Fetched, definitions: Definitions | undefined): Promise<string[]> {
    const { place, claims, atMs, event } = claimed;
    const { name } = this.#source;
    const { run } = partsOf(place);
    const told: WebhookEvent =
      fetched.type === 'values'
        ? { ...event, observedAt: atMs, content: { type: 'patch', values: fetched.values } }
        : { ...event, observedAt: atMs };
    const what = this.#shaped(told, fetched, definitions);
    // Replayed, it is fetched again: what it says then is newer than what is thrown away here.
    const item = JSON.stringify({ d: USUAL_END, ...itemOf({ source: name, run, kept: event }, told, what) });
    const args = [this.#keys.base, name, place, claims, ROWS_A_BATCH, EVENT_BATCHES, item];
    const answer = (await FINISH.run(this.#redis, this.#hashes, args)) as
      | ['gone']
      | ['done', string[], Outcome | '', Reason | ''];
    if (answer[0] === 'gone') return [];
    const [, batches, outcome, reason] = answer;
    const detail = what.type === 'invalid' ? (what.fault.detail ?? '') : '';
    if (outcome !== '') await this.#logEnded(place, outcome, reason, detail);
    return batches;
  }

  /** Where all of them wait. */
  async places(): Promise<string[]> {
    return this.#redis.hkeys(this.#hashes[0]);
  }

  async size(): Promise<number> {
    return this.#redis.hlen(this.#hashes[0]);
  }

  #shaped(told: WebhookEvent, fetched: Fetched, definitions: Definitions | undefined): Shaped {
    if (fetched.type === 'values') return shape(this.#source, told, definitions);
    if (fetched.type === 'gone') return { type: 'skipped', reason: 'deleted-at-source' };
    return { type: 'invalid', fault: { reason: 'fetch-failed', detail: fetched.why } };
  }

  async #logEnded(place: string, outcome: Outcome, reason: Reason | '', detail: string): Promise<void> {
    const { run, row } = partsOf(place);
    const circumstances = { ...NO_CALL, detail };
    await this.#ledger.logFresh([{ run, place: { row, file: 0, line: row + 1 }, outcome, reason, circumstances }], [1]);
  }
}

/** The run and the row of an event that waits. */
export function partsOf(place: string): { run: string; row: number } {
  const at = place.lastIndexOf('/');
  return { run: place.slice(0, at), row: Number(place.slice(at + 1)) };
}
