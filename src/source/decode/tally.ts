import { isUtf8 } from 'node:buffer';

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
  /** Of the bytes above ASCII those from 0x80 to 0x9F, where there is more than UTF-8. */
  low: number;
  /** Bytes above ASCII there. */
  high: number;
  /** ASCII letters there. */
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
    const end = this.#read > 0 ? 0 : wholeCharacters(chunk);
    const sound = chunk.subarray(0, end);
    if (end > 0 && isUtf8(sound)) {
      // Nobody needs to know how many lines there are between two broken ones, only whether there are any.
      if (sound.includes(LF) || sound.includes(CR)) this.#line++;
      let valid = 0;
      for (let at = 0; at < end; at++) if (sound[at]! >= 0xc2) valid++;
      this.#found.valid += valid;
      this.#each(chunk.subarray(end));
    } else this.#each(chunk);
  }

  #each(bytes: Uint8Array): void {
    let letters = 0;
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at]!;
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
        if (byte >= 0x41) letters++;
        else if (byte === LF || byte === CR) this.#line++;
      } else {
        this.#above(byte);
        this.#begin(byte);
      }
    }
    this.#found.letters += letters;
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

/** The length without a character that is cut off at the end. */
function wholeCharacters(bytes: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) return bytes.length;
    if (byte >= 0xc0) return bytes.length - back;
  }
  return bytes.length;
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
