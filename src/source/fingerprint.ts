import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];
const LINE_FEED = 0x0a;

export interface Fingerprint {
  /** Bytes. */
  size: number;
  /** Hex. */
  sha256: string;
  /** True when there is nothing but a byte order mark and white space. */
  blank: boolean;
  /** Lines: its line feeds, and a last line that has none. */
  lines: number;
}

/** Reads a file to its end. */
export async function fingerprintOf(file: string): Promise<Fingerprint> {
  const fingerprinter = new Fingerprinter();
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 18 })) fingerprinter.update(chunk);
  return fingerprinter.finish();
}

/** Takes in the bytes of a file as they stream by and tells afterwards what file it was. */
export class Fingerprinter {
  #hash = createHash('sha256');
  #size = 0;
  #lines = new LineCount();

  update(chunk: Uint8Array): void {
    this.#hash.update(chunk);
    this.#lines.update(chunk);
    this.#size += chunk.length;
  }

  finish(): Fingerprint {
    return { size: this.#size, sha256: this.#hash.digest('hex'), ...this.#lines.finish() };
  }
}

/** Counts the lines of a text as it streams by. */
export class LineCount {
  #end: number;
  #blank = true;
  #size = 0;
  #ends = 0;
  #last = LINE_FEED;

  /** @param end the byte that ends a line */
  constructor(end = LINE_FEED) {
    this.#end = end;
    this.#last = end;
  }

  update(chunk: Uint8Array): void {
    if (this.#blank) this.#blank = this.#isBlank(chunk);
    this.#size += chunk.length;
    for (let at = chunk.indexOf(this.#end); at >= 0; at = chunk.indexOf(this.#end, at + 1)) this.#ends += 1;
    this.#last = chunk.at(-1) ?? this.#last;
  }

  finish(): Pick<Fingerprint, 'blank' | 'lines'> {
    return { blank: this.#blank, lines: this.#ends + (this.#last === this.#end ? 0 : 1) };
  }

  #isBlank(chunk: Uint8Array): boolean {
    return chunk.every((byte, index) => {
      if (byte === 0x20 || (byte >= 0x09 && byte <= 0x0d)) return true;
      return byte === BYTE_ORDER_MARK[this.#size + index];
    });
  }
}
