import { hash } from 'node:crypto';

/** Numbers of 32 bits a key takes: its hash of 64, its first partner's of 32, the line of both, and that of another one. */
const SLOT = 5;
const FEWEST = 1024;

/** 64 bits of a text; two of a million texts meet once in 40 million files. */
export function hashOf(text: string): [high: number, low: number] {
  const digest = hash('sha256', text, 'buffer');
  // 0, 0 marks a free place.
  return [digest.readUInt32LE(0) | 1, digest.readUInt32LE(4)];
}

/** Two lines on which one key stands with two partners. */
export type Contradiction = readonly [first: number, other: number];

/**
 * For each key the partner it was first seen with, and the line of the first that was another one. Open addressing in one
 * array of numbers: a Map of as many texts would take ten times the memory.
 */
export class Partners {
  #slots = new Uint32Array(FEWEST * SLOT);
  #size = 0;
  #contradictions = 0;

  /** Keys in it. */
  get size(): number {
    return this.#size;
  }

  /** Keys with more than one partner. */
  get contradictions(): number {
    return this.#contradictions;
  }

  /** Notes a key with its partner; later lines of both say nothing new. */
  add(high: number, low: number, partner: number, line: number): void {
    if ((this.#size + 1) * SLOT * 4 > this.#slots.length * 3) this.#grow();
    const at = this.#find(this.#slots, high, low);
    const slots = this.#slots;
    if (slots[at] === 0) {
      slots.set([high, low, partner, line, 0], at);
      this.#size++;
    } else if (slots[at + 2] !== partner >>> 0 && slots[at + 4] === 0) {
      slots[at + 4] = line;
      this.#contradictions++;
    }
  }

  /** The lines that contradict each other about a key. */
  contradiction(high: number, low: number): Contradiction | undefined {
    const at = this.#find(this.#slots, high, low);
    const other = this.#slots[at + 4]!;
    return this.#slots[at] === 0 || other === 0 ? undefined : [this.#slots[at + 3]!, other];
  }

  #find(slots: Uint32Array, high: number, low: number): number {
    const places = slots.length / SLOT;
    // Places are a power of two.
    let place = low & (places - 1);
    while (slots[place * SLOT] !== 0) {
      const at = place * SLOT;
      if (slots[at] === high >>> 0 && slots[at + 1] === low >>> 0) return at;
      place = (place + 1) & (places - 1);
    }
    return place * SLOT;
  }

  #grow(): void {
    const before = this.#slots;
    const after = new Uint32Array(before.length * 2);
    for (let at = 0; at < before.length; at += SLOT) {
      if (before[at] === 0) continue;
      after.set(before.subarray(at, at + SLOT), this.#find(after, before[at]!, before[at + 1]!));
    }
    this.#slots = after;
  }
}
