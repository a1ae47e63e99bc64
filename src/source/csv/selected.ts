import { createHash } from 'node:crypto';

/**
 * Some records of a file, by the physical line on which each starts: that names a record for good, however few of the
 * others are read with it. Takes a bit a line.
 */
export class Selection {
  #bits = new Uint8Array(1024);
  #size = 0;

  /** How many lines are in it. */
  get size(): number {
    return this.#size;
  }

  /** Puts a line (1-based) in. */
  add(line: number): void {
    if (this.has(line)) return;
    const byte = line >> 3;
    if (byte >= this.#bits.length) {
      const wider = new Uint8Array(Math.max(byte + 1, this.#bits.length * 2));
      wider.set(this.#bits);
      this.#bits = wider;
    }
    this.#bits[byte]! |= 1 << (line & 7);
    this.#size++;
  }

  has(line: number): boolean {
    return ((this.#bits[line >> 3] ?? 0) & (1 << (line & 7))) !== 0;
  }

  /** Tells one selection from another, in hex. */
  digest(): string {
    // What was only made room for says nothing.
    const end = this.#bits.findLastIndex((byte) => byte !== 0) + 1;
    return createHash('sha256').update(this.#bits.subarray(0, end)).digest('hex');
  }
}

/** A record that was selected, with its zero-based number among all records of its file. */
export interface Selected<T> {
  record: T;
  ordinal: number;
}

/** Of batches of records, those that are selected, from the given place among them on. */
export async function* selected<T extends { line: number }>(
  batches: AsyncIterable<T[]>,
  lines: Selection,
  from = 0,
): AsyncGenerator<Selected<T>[]> {
  let ordinal = 0;
  let place = 0;
  for await (const batch of batches) {
    const kept: Selected<T>[] = [];
    for (const record of batch) {
      if (lines.has(record.line) && place++ >= from) kept.push({ record, ordinal });
      ordinal++;
    }
    if (kept.length > 0) yield kept;
    if (place === lines.size) return;
  }
}
