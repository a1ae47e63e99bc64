import type { Redis } from 'ioredis';
import type { Place } from '../contact/change.ts';
import type { Patch } from '../contact/patch.ts';
import type { Keys } from '../redis/keys.ts';
import { type Circumstances, type Ending, entryOf, type Ledger, tailOf } from '../run/ledger.ts';
import type { Outcome } from '../run/outcome.ts';
import type { Reason } from '../run/reason.ts';
import { ACKNOWLEDGE } from './scripts/acknowledge.ts';
import { APPLIED_TTL_MS } from './scripts/applied.ts';
import { DELIVER } from './scripts/deliver.ts';
import { PEEK } from './scripts/peek.ts';

/** A row of a run, and where its values stand in time. */
export interface RowOfRun extends Place {
  run: string;
  /** Orders the values of one field: 16 characters, see version.ts. */
  version: string;
}

/** A field on its way into a mailbox. */
export interface PendingField {
  field: string;
  version: string;
  /** JSON text. */
  value: string;
  /** Whether the desk held something else when it was read; true when it was not read. */
  differs: boolean;
}

/** The changes of one contact, folded together by field. The last row is the one that gets the outcome. */
export interface Delivery {
  contact: string;
  /** Redis clock (ms) before the desk was read; Infinity when it was not read. */
  readAt: number;
  rows: RowOfRun[];
  fields: PendingField[];
  circumstances: Circumstances;
}

/** What lies in a mailbox at one moment. */
export interface Snapshot {
  contact: string;
  /** What is to be written: without fields that the desk was seen to hold, unless something was sent since. */
  patch: Patch;
  /** Something of this mailbox was sent before; it may have been applied. */
  sent: boolean;
  /** All fields as stored, to take out exactly what was seen. */
  raw: [field: string, value: string][];
  /** Newest first. */
  rows: RowOfRun[];
}

/** Characters of a version, in front of a field's mark. */
const VERSION_LENGTH = 16;

/** The pending changes of each contact, in Redis. */
export class Mailboxes {
  readonly #redis: Redis;
  readonly #keys: Keys;
  readonly #ledger: Ledger;

  constructor(redis: Redis, keys: Keys, ledger: Ledger) {
    this.#redis = redis;
    this.#keys = keys;
    this.#ledger = ledger;
  }

  /** Puts changes in. Returns the contacts that have something pending: each needs a job. */
  async deliver(deliveries: readonly Delivery[]): Promise<string[]> {
    if (deliveries.length === 0) return [];
    this.#ledger.flush();
    const payload = deliveries.map((d) => ({
      c: d.contact,
      a: Number.isFinite(d.readAt) ? d.readAt : 1e15,
      r: d.rows.map((r) => [r.run, r.row, r.file, r.line, r.version]),
      f: d.fields.map((f) => [f.field, f.version, f.value, f.differs ? 1 : 0]),
      t: tailOf(d.circumstances),
    }));
    const answers = (await DELIVER.run(
      this.#redis,
      [this.#keys.dirty],
      [this.#keys.base, JSON.stringify(payload), APPLIED_TTL_MS],
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
    const [fields, tags, sent] = (await PEEK.run(
      this.#redis,
      [this.#keys.pending(contact)],
      [this.#keys.base, contact],
    )) as [string[], string[], number];
    if (fields.length === 0 && tags.length === 0) return undefined;
    const patch: Patch = Object.create(null) as Patch;
    const raw: [string, string][] = [];
    for (let i = 0; i < fields.length; i += 2) {
      const value = fields[i + 1]!;
      raw.push([fields[i]!, value]);
      if (sent === 0 && value[VERSION_LENGTH] === '=') continue;
      patch[fields[i]!] = value.slice(value.indexOf('|', VERSION_LENGTH) + 1);
    }
    const rows: RowOfRun[] = [];
    for (let i = 0; i < tags.length; i += 2) rows.push(rowOfTag(tags[i]!, tags[i + 1]!));
    rows.sort((a, b) => (a.version < b.version ? 1 : -1));
    return { contact, patch, raw, rows, sent: sent === 1 };
  }

  /** Notes that something of the mailbox is about to be sent. */
  async sending(contact: string): Promise<void> {
    await this.#redis.hset(this.#keys.pending(contact), '#s', 1);
  }

  /**
   * Takes out what was seen and ends its rows: the newest gets the outcome; when all went well the others were `merged`
   * into it, when it did not they share its fate.
   */
  async acknowledge(
    seen: Snapshot,
    end: { outcome: Outcome; reason: Reason | ''; circumstances: Circumstances },
  ): Promise<void> {
    const well = end.outcome === 'updated' || end.outcome === 'unchanged';
    const endings: Ending[] = seen.rows.map((row, i) =>
      well && i > 0
        ? { run: row.run, place: row, outcome: 'merged', reason: 'folded-into-newer', circumstances: end.circumstances }
        : { run: row.run, place: row, ...end },
    );
    const payload = {
      f: seen.raw,
      r: endings.map((e) => [e.run, String(e.place.row), e.outcome, e.reason, entryOf(e)]),
      // A write that failed may have been applied all the same; only a refused one was surely not.
      w: well || end.outcome === 'failed' ? 1 : 0,
      k: this.#ledger.takeCalls(),
    };
    const fresh = (await ACKNOWLEDGE.run(
      this.#redis,
      [this.#keys.pending(seen.contact)],
      [this.#keys.base, seen.contact, JSON.stringify(payload), APPLIED_TTL_MS],
    )) as number[];
    await this.#ledger.logFresh(endings, fresh);
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

/** Reads `#r:<run>:<row>` and `<file>,<line>,<version>`. */
function rowOfTag(tag: string, value: string): RowOfRun {
  const cut = tag.lastIndexOf(':');
  const [file, line, version] = value.split(',');
  return {
    run: tag.slice(3, cut),
    row: Number(tag.slice(cut + 1)),
    file: Number(file),
    line: Number(line),
    version: version!,
  };
}
