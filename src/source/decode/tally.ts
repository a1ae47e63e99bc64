import { isAscii } from 'node:buffer';

const LF = 0x0a;
const CR = 0x0d;

/** How much of a file is UTF-8, and what its other bytes look like. */
export interface Tallied {
  /** Characters of several bytes. */
  valid: number;
  /** Bytes that are part of none. */
  broken: number;
  /** Lines that hold such a byte, and whether the first line does. */
  brokenLines: number;
  brokenHeader: boolean;
  /** Of the bytes above ASCII those from 0x80 to 0x9F. */
  low: number;
  /** Bytes above ASCII. */
  high: number;
  /** ASCII letters. */
  letters: number;
}

/** Counts, in one pass and wherever the bytes are cut, what tells UTF-8 from encodings of one byte a character. */
export class Utf8Tally {
  readonly #found: Tallied = { valid: 0, broken: 0, brokenLines: 0, brokenHeader: false, low: 0, high: 0, letters: 0 };
  /** Bytes of a character that has begun: read so far, expected in all, and the bounds of the next one. */
  #read = 0;
  #expected = 0;
  #least = 0x80;
  #most = 0xbf;
  #line = 0;
  #lastBroken = -1;

  push(chunk: Uint8Array): void {
    if (this.#read === 0 && isAscii(chunk)) {
      // Nobody needs to know how many lines there are before the first broken one, only whether there are any.
      if (this.#line === 0 || this.#lastBroken === this.#line) this.#line += hasLineBreak(chunk) ? 1 : 0;
      return;
    }
    for (const byte of chunk) {
      if (this.#read > 0) {
        if (byte >= this.#least && byte <= this.#most) {
          this.#above(byte);
          this.#least = 0x80;
          this.#most = 0xbf;
          if (++this.#read === this.#expected) {
            this.#found.valid++;
            this.#read = 0;
          }
          continue;
        }
        this.#break(this.#read);
        this.#read = 0;
      }
      if (byte < 0x80) {
        if (byte === LF || byte === CR) this.#line++;
        else if (byte >= 0x41) this.#found.letters++;
      } else {
        this.#above(byte);
        this.#begin(byte);
      }
    }
  }

  finish(): Tallied {
    if (this.#read > 0) this.#break(this.#read);
    this.#read = 0;
    return this.#found;
  }

  #begin(byte: number): void {
    if (byte < 0xc2 || byte > 0xf4) {
      this.#break(1);
      return;
    }
    this.#read = 1;
    this.#expected = byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    // Overlong forms, surrogates and what lies behind U+10FFFF are no UTF-8.
    this.#least = byte === 0xe0 ? 0xa0 : byte === 0xf0 ? 0x90 : 0x80;
    this.#most = byte === 0xed ? 0x9f : byte === 0xf4 ? 0x8f : 0xbf;
  }

  #above(byte: number): void {
    this.#found.high++;
    if (byte < 0xa0) this.#found.low++;
  }

  #break(bytes: number): void {
    this.#found.broken += bytes;
    if (this.#line === 0) this.#found.brokenHeader = true;
    if (this.#lastBroken === this.#line) return;
    this.#lastBroken = this.#line;
    this.#found.brokenLines++;
  }
}

function hasLineBreak(chunk: Uint8Array): boolean {
  return chunk.includes(LF) || chunk.includes(CR);
}

/** With fewer lines one that is broken is as good as all. */
const FEW_LINES = 5;

/**
 * Whether a file is UTF-8, if need be with some broken rows, or in an encoding of one byte a character. In the latter hardly
 * ever two bytes happen to be UTF-8, so what is not must be the larger part. One broken row alone is a broken row (it is
 * refused, and the rest is read), unless it is the header or the file has but a few lines.
 */
export function isUtf8ForTheMost({ valid, broken, brokenLines, brokenHeader }: Tallied, lines: number): boolean {
  if (broken <= valid) return true;
  return brokenLines < 2 && !brokenHeader && lines >= FEW_LINES;
}
