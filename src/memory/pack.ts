import type { MatchKey, Place } from '../contact/change.ts';
import { fingerprint, keyOf, NO_FINGERPRINT } from './fingerprint.ts';

/** A field and the JSON text of its value. */
export type FieldValue = readonly [field: string, jsonText: string];

/** What the desk was seen to hold of one contact. */
export interface Sighting {
  contact: string;
  /** All keys the contact holds, besides its id: one that is not named here is taken for gone. */
  keys: Partial<Record<MatchKey, string>>;
  /**
   * Redis' clock in ms: before the call of a read, after the answer of a write, so that a read that a write overtook
   * never counts as the newer one. A time to come, Infinity above all, is now.
   */
  atMs: number;
  fields: readonly FieldValue[];
  /** Fields of which nothing is known any more, for example because a write of them had no answer. */
  gone?: readonly string[];
}

/** A row that may be settled from memory. */
export interface RecallableRow extends Place {
  run: string;
  /** Orders the values of one field: 16 characters, see version.ts. */
  version: string;
  /**
   * The first of the keys that may decide. The others do not matter: when memory does not know the first one, the desk may
   * all the same, and then that contact is meant.
   */
  key: readonly [kind: MatchKey, value: string];
  fields: readonly FieldValue[];
  /** What was seen before this moment (Redis' clock, ms) is not believed; 0 believes everything that is remembered. */
  trustedSince: number;
}

/** Numbers for texts that stand in many rows of a chunk, as two bytes counted from 0. */
class Words {
  readonly list: string[] = [];
  readonly #bytes = new Map<string, string>();

  of(word: string): string {
    let bytes = this.#bytes.get(word);
    if (bytes === undefined) {
      bytes = uint16(this.list.length);
      this.#bytes.set(word, bytes);
      this.list.push(word);
    }
    return bytes;
  }
}

/** A chunk for a script: names as JSON, everything else as bytes, which Lua takes apart much faster than JSON. */
export interface Packed {
  names: string;
  bytes: Buffer;
}

/** For LEARN, which says what stands where. */
export function packSightings(sightings: readonly Sighting[]): Packed {
  const fields = new Words();
  let bytes = '';
  for (const { contact, keys, atMs, fields: seen, gone = [] } of sightings) {
    const known = (Object.entries(keys) as [MatchKey, string][]).filter(([kind]) => kind !== 'id');
    bytes += short(contact) + uint48(atMs) + uint8(known.length);
    for (const [kind, value] of known) bytes += keyOf(kind, value);
    bytes += uint16(seen.length + gone.length);
    for (const [field, text] of seen) bytes += fields.of(field) + fingerprint(text);
    for (const field of gone) bytes += fields.of(field) + NO_FINGERPRINT;
  }
  return { names: JSON.stringify(fields.list), bytes: Buffer.from(bytes, 'latin1') };
}

/** For RECALL, which says what stands where. */
export function packRows(rows: readonly RecallableRow[]): Packed & { runs: string } {
  const runs = new Words();
  /** Most rows of a file set the same fields: they are named once. */
  const shapes = new Words();
  let bytes = '';
  for (const { run, version, trustedSince, row, file, line, key, fields } of rows) {
    const [kind, value] = key;
    let names = '';
    let values = '';
    for (const [field, text] of fields) {
      if (field === kind) continue;
      names += names === '' ? JSON.stringify(field) : `,${JSON.stringify(field)}`;
      values += fingerprint(text);
    }
    bytes += runs.of(run) + shapes.of(names) + version + uint48(trustedSince);
    bytes += short(String(row)) + short(`${file},${line}`);
    bytes += kind === 'id' ? short(value) : uint8(0) + keyOf(kind, value);
    bytes += values;
  }
  return {
    runs: JSON.stringify(runs.list),
    names: `[${shapes.list.map((names) => `[${names}]`).join(',')}]`,
    bytes: Buffer.from(bytes, 'latin1'),
  };
}

/** Without the key that found the contact: it is equal by definition, and never written. */
export function comparedFields(row: RecallableRow): readonly FieldValue[] {
  return row.fields.filter(([field]) => field !== row.key[0]);
}

/** At most 255 characters, and how many. */
function short(text: string): string {
  return uint8(text.length) + text;
}

// Whole numbers, big-endian, one character a byte.

function uint8(value: number): string {
  return String.fromCharCode(value);
}

function uint16(value: number): string {
  return String.fromCharCode(value >>> 8, value & 255);
}

function uint32(value: number): string {
  return String.fromCharCode(value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);
}

/** A time in ms: what is later than all times becomes the latest. */
function uint48(value: number): string {
  const time = Math.max(0, Math.min(Math.floor(value), 2 ** 48 - 1));
  return uint16(Math.floor(time / 2 ** 32)) + uint32(time % 2 ** 32);
}
