import type { Change } from '../contact/change.ts';
import type { RedisClient } from '../redis/connect.ts';
import type { Keys } from '../redis/keys.ts';
import { END_BATCH, FLUSH, FLUSH_EVENTS, LOAD_BATCH, TAKE_IN } from './scripts/intake.ts';

/**
 * How a row is looked up, in the order in which one leaves rows over for the next: through the indexes of e-mail and
 * phone; by identifier, which scans the whole account; by id, which is a call a contact.
 */
export const LOOKUP_KINDS = ['index', 'identifier', 'id'] as const;
export type LookupKind = (typeof LOOKUP_KINDS)[number];

/** A row waiting to be looked up. */
export interface WaitingRow extends Change {
  run: string;
  version: string;
  /** Epoch milliseconds at which it was taken in. */
  since: number;
  /** Its contact was gone once: it is not looked up a third time. */
  again?: boolean;
  /** It came as an event: it waits for no file. */
  event?: true;
}

/** Rows that are looked up together. */
export interface Batch {
  id: string;
  kind: LookupKind;
  rows: WaitingRow[];
}

/**
 * As many contacts as a page holds. One filter call reads them for less than the price of one PUT; more conditions would
 * only mean more pages (page size is fixed at 15 in contacts_controller.rb).
 */
export const ROWS_A_BATCH = 15;

/** So many batches of events may be under way before the next one waits until it is full. */
export const EVENT_BATCHES = 4;

/** Rows on their way to being looked up, in Redis: nothing is lost between reading a file and knowing the contact. */
export class Intake {
  readonly #redis: RedisClient;
  readonly #keys: Keys;
  /** Where batches that are under way here were read from. */
  readonly #servers = new Map<string, string>();

  constructor(redis: RedisClient, keys: Keys) {
    this.#redis = redis;
    this.#keys = keys;
  }

  /** Takes rows in and returns the batches that became full. */
  async take(kind: LookupKind, rows: readonly WaitingRow[]): Promise<string[]> {
    const batches: string[] = [];
    for (const event of [false, true]) {
      const own = rows.filter((row) => (row.event === true) === event);
      if (own.length === 0) continue;
      const list = event ? this.#keys.eventIntake(kind) : this.#keys.intake(kind);
      const args = [this.#keys.base, ROWS_A_BATCH, event ? EVENT_BATCHES : 0];
      const texts = own.map((row) => JSON.stringify({ ...row, kind }));
      batches.push(...((await TAKE_IN.run(this.#redis, [list], [...args, ...texts])) as string[]));
    }
    return batches;
  }

  /** Cuts what is left over of events, which wait for nobody's file. */
  async flushEvents(): Promise<string[]> {
    const lists = LOOKUP_KINDS.map((kind) => this.#keys.eventIntake(kind));
    return (await FLUSH_EVENTS.run(this.#redis, lists, [this.#keys.base, ROWS_A_BATCH, EVENT_BATCHES])) as string[];
  }

  /** Cuts what is left over into batches, as soon as nothing can be added to it any more. */
  async flush(): Promise<string[]> {
    const lists = LOOKUP_KINDS.map((kind) => this.#keys.intake(kind));
    return (await FLUSH.run(this.#redis, lists, [this.#keys.base, ROWS_A_BATCH])) as string[];
  }

  /** A batch by its id; undefined when it was finished before. */
  async load(id: string): Promise<Batch | undefined> {
    const [server, text] = (await LOAD_BATCH.run(this.#redis, [this.#keys.batch(id)], [])) as [string, string | null];
    if (text === null) return undefined;
    this.#servers.set(id, server);
    const rows = JSON.parse(text) as (WaitingRow & { kind: LookupKind })[];
    return { id, kind: rows[0]!.kind, rows };
  }

  /** Only these rows of the batch are still to go their way. */
  async keep(id: string, rows: readonly WaitingRow[]): Promise<void> {
    await this.#end(id, JSON.stringify(rows.map((row) => ({ ...row, kind: 'id' }))));
  }

  /** Every row of the batch has gone its way. */
  async done(id: string): Promise<void> {
    await this.#end(id, '');
  }

  /**
   * Only on the server it was read from: one that took over meanwhile may lack where its rows went. There the batch stays,
   * the sweeper gives it another job, and rows that did arrive are known.
   */
  async #end(id: string, left: string): Promise<void> {
    const { batch, batches, eventBatches } = this.#keys;
    const server = this.#servers.get(id) ?? '';
    this.#servers.delete(id);
    await END_BATCH.run(this.#redis, [batch(id), batches, eventBatches], [server, id, left]);
  }

  /** Rows that are not looked up yet, counting each open batch as full. */
  async waiting(): Promise<number> {
    const [files, events] = await Promise.all([this.waitingOfFiles(), this.#waitingOfEvents()]);
    return files + events;
  }

  /** The same without those that came as events. */
  async waitingOfFiles(): Promise<number> {
    const [batches, ofEvents, ...lists] = await Promise.all([
      this.#redis.zcard(this.#keys.batches),
      this.#redis.scard(this.#keys.eventBatches),
      ...LOOKUP_KINDS.map((kind) => this.#redis.llen(this.#keys.intake(kind))),
    ]);
    return lists.reduce((sum, n) => sum + n, Math.max(0, batches - ofEvents) * ROWS_A_BATCH);
  }

  async #waitingOfEvents(): Promise<number> {
    const [batches, ...lists] = await Promise.all([
      this.#redis.scard(this.#keys.eventBatches),
      ...LOOKUP_KINDS.map((kind) => this.#redis.llen(this.#keys.eventIntake(kind))),
    ]);
    return lists.reduce((sum, n) => sum + n, batches * ROWS_A_BATCH);
  }
}
