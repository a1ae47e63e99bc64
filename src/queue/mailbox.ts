import type { RedisClient } from '../redis/connect.ts';
import type { Keys } from '../redis/keys.ts';
import { serverOf } from '../redis/server-id.ts';
import { Together } from '../redis/together.ts';
import { type Circumstances, type Ending, entryOf, tailOf } from '../run/entry.ts';
import type { Ledger } from '../run/ledger.ts';
import type { Outcome } from '../run/outcome.ts';
import type { Reason } from '../run/reason.ts';
import { ACKNOWLEDGE } from './scripts/acknowledge.ts';
import { APPLIED_TTL_MS } from './scripts/applied.ts';
import { DELIVER } from './scripts/deliver.ts';
import { PEEK } from './scripts/peek.ts';
import { type Lookup, type RowOfRun, type Snapshot, snapshotOf, valueEntry } from './snapshot.ts';

/** A field on its way into a mailbox. */
export interface PendingField {
  field: string;
  version: string;
  /** JSON text. */
  value: string;
  /** Whether the desk held something else when it was read; true when it was not read. */
  differs: boolean;
  /** JSON text of what the desk held (see former.ts); undefined when that is not known. */
  before?: string | undefined;
}

/** The changes of one contact, folded together by field. The last row is the one that gets the outcome. */
export interface Delivery {
  contact: string;
  /** Redis clock (ms) before the desk was read; Infinity when it was not read. */
  readAt: number;
  rows: RowOfRun[];
  fields: PendingField[];
  /** By which keys the contact was found, to find it again when it is gone (merged into another, for example). */
  lookup?: Lookup | undefined;
  circumstances: Circumstances;
}

/** As PEEK gives it. */
type Peeked = [fields: string[], tags: string[], sent: number, lookup: string, agoMs: number];

/** How the rows of a mailbox end. */
export interface End {
  outcome: Outcome;
  reason: Reason | '';
  circumstances: Circumstances;
  /** For the undo of each run that set something, as JSON text. */
  changes?: ReadonlyMap<string, string>;
}

/** For the guard rail: whether a write was refused. Outcomes that are not here made none. */
const REFUSED: Partial<Record<Outcome, 0 | 1>> = { updated: 0, created: 0, rejected: 1, failed: 1 };

const MERGED = { outcome: 'merged', reason: 'folded-into-newer' } as const;

/** The pending changes of each contact, in Redis. */
export class Mailboxes {
  readonly #redis: RedisClient;
  readonly #keys: Keys;
  readonly #ledger: Ledger;
  readonly #peeks: Together<string, Peeked>;
  readonly #ends: Together<object, (number | string)[]>;

  constructor(redis: RedisClient, keys: Keys, ledger: Ledger) {
    this.#redis = redis;
    this.#keys = keys;
    this.#ledger = ledger;
    this.#peeks = new Together(redis, 'peek', async (contacts) => {
      return (await PEEK.run(redis, [keys.dirty], [keys.base, ...contacts])) as Peeked[];
    });
    this.#ends = new Together(redis, 'acknowledge', (payloads) => this.#acknowledge(payloads));
  }

  /** Puts changes in. Returns the contacts that have something pending: each needs a job. */
  async deliver(deliveries: readonly Delivery[]): Promise<string[]> {
    if (deliveries.length === 0) return [];
    this.#ledger.flush();
    const payload = deliveries.map((d) => ({
      c: d.contact,
      a: Number.isFinite(d.readAt) ? d.readAt : 1e15,
      r: d.rows.map((r) => [r.run, r.row, r.file, r.line, r.version, ...(r.left === undefined ? [] : [r.left])]),
      f: d.fields.map((f) => [f.field, f.version, valueEntry(f.before, f.value), f.differs ? 1 : 0]),
      ...(d.lookup === undefined ? {} : { k: JSON.stringify(d.lookup) }),
      t: tailOf(d.circumstances),
    }));
    const answers = (await DELIVER.run(
      this.#redis,
      [this.#keys.dirty],
      [this.#keys.base, JSON.stringify(payload), APPLIED_TTL_MS, this.#keys.memory],
    )) as [number, ...(number | string)[]][];
    const pending: string[] = [];
    for (const [i, delivery] of deliveries.entries()) {
      const [open, ...ended] = answers[i]!;
      if (open === 1) pending.push(delivery.contact);
      await this.#logEnded(delivery, ended);
    }
    return pending;
  }

  /** What lies in the mailbox now; undefined when it is empty. */
  async peek(contact: string): Promise<Snapshot | undefined> {
    const [fields, tags, sent, lookup, ago] = await this.#peeks.ask(contact);
    return fields.length + tags.length === 0
      ? undefined
      : snapshotOf(contact, { fields, tags, sent: sent === 1, lookup, ago });
  }

  /** Notes that something of the mailbox is about to be sent. */
  async sending(contact: string): Promise<void> {
    await this.#redis.hset(this.#keys.pending(contact), '#s', 1);
  }

  /**
   * Takes out what was seen and ends its rows: the newest gets the outcome; when all went well the others were `merged`
   * into it, when it did not they share its fate.
   */
  async acknowledge(seen: Snapshot, end: End): Promise<void> {
    const well = end.outcome === 'updated' || end.outcome === 'unchanged' || end.outcome === 'created';
    const told = new Set<string>();
    const endings: Ending[] = seen.rows.map((row, i) => {
      const { outcome, reason, circumstances } = well && i > 0 ? { ...end, ...MERGED } : leftAlone(end, row);
      // A run's part of the write is told once, with the newest of its rows.
      const changes = told.has(row.run) ? undefined : end.changes?.get(row.run);
      told.add(row.run);
      return {
        run: row.run,
        place: row,
        outcome,
        reason,
        circumstances,
        ...(changes === undefined ? {} : { changes }),
      };
    });
    const fresh = await this.#ends.ask({
      c: seen.contact,
      f: seen.raw,
      r: endings.map((e) => [e.run, String(e.place.row), e.outcome, e.reason, entryOf(e)]),
      m: [],
      // A write that failed may have been applied all the same; only a refused one was surely not.
      w: well || end.outcome === 'failed' ? 1 : 0,
      ...(end.outcome in REFUSED ? { o: REFUSED[end.outcome] } : {}),
      ...(end.outcome === 'created' ? { n: end.circumstances.contact } : {}),
    });
    await this.#ledger.logFresh(endings, fresh);
    const stopped = fresh[endings.length];
    if (typeof stopped === 'string') this.#ledger.stopped(endings[0]!.run, stopped);
  }

  /** The server that has the mailboxes; ask before rows are handed over, for `moved`. */
  async here(): Promise<string> {
    return serverOf(this.#redis, this.#keys.dirty);
  }

  /**
   * Takes out what was seen without ending its rows: they are on their way elsewhere, and safely there. A server that took
   * over meanwhile may not have them where they went: there they stay, and are handed over once more.
   */
  async moved(seen: Snapshot, server: string): Promise<void> {
    const rows = seen.rows.map((row) => [row.run, row.row]);
    await this.#ends.ask({ c: seen.contact, f: seen.raw, r: [], m: rows, w: 0, s: server });
  }

  async #acknowledge(payloads: readonly object[]): Promise<(number | string)[][]> {
    const { base, dirty } = this.#keys;
    // Taken last: whatever row ends here has its calls counted.
    const calls = JSON.stringify(this.#ledger.takeCalls());
    const args = [base, APPLIED_TTL_MS, calls, ...payloads.map((payload) => JSON.stringify(payload))];
    return (await ACKNOWLEDGE.run(this.#redis, [dirty], args)) as (number | string)[][];
  }

  async #logEnded(delivery: Delivery, ended: (number | string)[]): Promise<void> {
    for (let i = 0; i < ended.length; i += 3) {
      const row = delivery.rows.find((r) => r.row === Number(ended[i]))!;
      const outcome = ended[i + 1] as Outcome;
      const reason = ended[i + 2] as Reason | '';
      const ending: Ending = { run: row.run, place: row, outcome, reason, circumstances: delivery.circumstances };
      await this.#ledger.logFresh([ending], [1]);
    }
  }
}

/** A row that was written, but for some fields. */
function leftAlone(end: End, row: RowOfRun): Pick<End, 'outcome' | 'reason' | 'circumstances'> {
  if (row.left === undefined || end.outcome !== 'updated') return end;
  return { ...end, reason: 'edited_since', circumstances: { ...end.circumstances, detail: `left alone: ${row.left}` } };
}
