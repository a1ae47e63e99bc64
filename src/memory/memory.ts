import type { MatchKey } from '../contact/change.ts';
import { APPLIED_TTL_MS } from '../queue/scripts/applied.ts';
import type { RedisClient } from '../redis/connect.ts';
import { isFull } from '../redis/full.ts';
import type { Keys } from '../redis/keys.ts';
import { Together } from '../redis/together.ts';
import { keysLike } from '../redis/unlink.ts';
import { NO_CALL, tailOf } from '../run/entry.ts';
import { keyOf } from './fingerprint.ts';
import { comparedFields, packRows, packSightings, type RecallableRow, type Sighting } from './pack.ts';
import { KNOWN } from './scripts/known.ts';
import { LEARN } from './scripts/learn.ts';
import { RECALL } from './scripts/recall.ts';

/** What memory knows of a row. */
export type Recalled =
  /** It has its outcome. `contact` when that is `unchanged` and was given just now; null when it had one before. */
  | { type: 'settled'; contact: string | null }
  /** Whose row it is, and the fields whose values the desk was seen to hold; something else may wait in the mailbox. */
  | { type: 'known'; contact: string; same: string[] }
  | { type: 'unknown' };

/** Rows and contacts in one script: enough to be quick, and Redis is back with the others within some milliseconds. */
const ROWS = 500;
const SIGHTINGS = 200;

/** The end of a log entry, behind the contact: there was no call. */
const TAIL = tailOf(NO_CALL).slice(',null'.length);

/**
 * What the desk was last seen to hold, kept in Redis: for each contact its id, its match keys and a fingerprint of each
 * field. A guess that saves calls: whoever changes a contact on the desk does not tell us, so nothing is believed for
 * longer than `rememberForMs`, and losing it costs look-ups and nothing else.
 */
export class Memory {
  readonly #redis: RedisClient;
  readonly #keys: Keys;
  readonly #rememberForMs: number;
  readonly #together: Together<Sighting, undefined>;

  /** `rememberForMs`: how long a sighting is believed, in milliseconds. */
  constructor(redis: RedisClient, keys: Keys, { rememberForMs }: { rememberForMs: number }) {
    this.#redis = redis;
    this.#keys = keys;
    this.#rememberForMs = rememberForMs;
    this.#together = new Together(redis, 'learn', async (sightings) => {
      await this.learn(sightings);
      return sightings.map(() => undefined);
    });
  }

  /** Remembers what one write taught, with what others teach at the same moment, and ahead of what is acknowledged then. */
  learnOne(sighting: Sighting): Promise<undefined> {
    return this.#together.ask(sighting);
  }

  /**
   * Remembers what was seen. After a write call it before the mailbox is acknowledged: a crash in between leaves a mailbox
   * that is not empty, and then memory is not asked. A Redis that is full forgets these contacts instead. Rejects when Redis
   * does for another reason.
   */
  async learn(sightings: readonly Sighting[]): Promise<void> {
    for (let i = 0; i < sightings.length; i += SIGHTINGS) {
      const { names, bytes } = packSightings(sightings.slice(i, i + SIGHTINGS));
      const { memory, learnFrom } = this.#keys;
      const args = [memory, this.#rememberForMs, names, bytes];
      await LEARN.run(this.#redis, [`${memory}:fields`, learnFrom], args).catch(async (error: unknown) => {
        if (!isFull(error)) throw error;
        // Nothing can be put in, but what may be wrong by now can be taken out, and nobody is kept from a write by that.
        for (const { contact } of sightings.slice(i, i + SIGHTINGS)) await this.forget(contact);
      });
    }
  }

  /**
   * Looks rows up in memory, and settles those as `unchanged` whose values the desk holds, exactly once whatever is
   * replayed. One answer for each row, in order. Rows of a cancelled run are unknown.
   *
   * @param log whether outcomes are kept for a report
   */
  async recall(rows: readonly RecallableRow[], { log = true } = {}): Promise<Recalled[]> {
    const { base, memory } = this.#keys;
    const settings = [base, memory, this.#rememberForMs, APPLIED_TTL_MS, log ? 1 : 0, TAIL];
    const answers: Promise<Recalled[]>[] = [];
    for (let i = 0; i < rows.length; i += ROWS) {
      const chunk = rows.slice(i, i + ROWS);
      const { runs, names, bytes } = packRows(chunk);
      // Redis works on one while the next is packed.
      const said = RECALL.run(this.#redis, [this.#keys.runs], [...settings, runs, names, bytes]) as Promise<string[]>;
      answers.push(said.then((texts) => chunk.map((row, k) => read(texts[k]!, row))));
    }
    return (await Promise.all(answers)).flat();
  }

  /** How many of these keys lead to a contact that is remembered. */
  async known(keys: readonly (readonly [kind: MatchKey, value: string])[], sinceMs: number): Promise<number> {
    const bytes = Buffer.from(keys.map(([kind, value]) => keyOf(kind, value)).join(''), 'latin1');
    const { memory } = this.#keys;
    return (await KNOWN.run(this.#redis, [`${memory}:fields`], [memory, sinceMs, bytes])) as number;
  }

  /** Forgets a contact, because the desk has it no longer. False when it was not known. */
  async forget(contact: string): Promise<boolean> {
    // As Lua writes it: an id may have more digits than a number keeps.
    const bucket = BigInt(Math.floor(Number(contact) / 64));
    return (await this.#redis.hdel(`${this.#keys.memory}:m:${bucket}`, contact)) === 1;
  }

  /** Forgets everything; returns the number of contacts. What is learnt meanwhile may stay. */
  async forgetAll(): Promise<number> {
    let contacts = 0;
    const { memory, tag } = this.#keys;
    for await (const keys of keysLike(this.#redis, tag, `${memory}:[km]:*`)) {
      const isContacts = (key: string) => key.startsWith(`${memory}:m:`);
      const sizes = await Promise.all(keys.filter(isContacts).map((key) => this.#redis.hlen(key)));
      contacts += sizes.reduce((sum, size) => sum + size, 0);
      await this.#redis.unlink(...keys);
    }
    return contacts;
  }
}

/** Reads what RECALL says of a row. */
function read(said: string, row: RecallableRow): Recalled {
  switch (said[0]) {
    case 'e':
      return { type: 'settled', contact: null };
    case 's':
      return { type: 'settled', contact: said.slice(1) };
    case 'k': {
      const colon = said.indexOf(':');
      const held = new Set([row.key[0] as string]);
      for (const [i, [field]] of comparedFields(row).entries()) if (said[colon + 1 + i] === '1') held.add(field);
      const same = row.fields.map(([field]) => field).filter((field) => held.has(field));
      return { type: 'known', contact: said.slice(1, colon), same };
    }
    default:
      return { type: 'unknown' };
  }
}
