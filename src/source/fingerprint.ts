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
  #blank = true;
  #feeds = 0;
  #last = LINE_FEED;

  update(chunk: Uint8Array): void {
    this.#hash.update(chunk);
    if (this.#blank) this.#blank = this.#isBlank(chunk);
    this.#size += chunk.length;
    for (let at = chunk.indexOf(LINE_FEED); at >= 0; at = chunk.indexOf(LINE_FEED, at + 1)) this.#feeds += 1;
    this.#last = chunk.at(-1) ?? this.#last;
  }

  finish(): Fingerprint {
    const lines = this.#feeds + (this.#last === LINE_FEED ? 0 : 1);
    return { size: this.#size, sha256: this.#hash.digest('hex'), blank: this.#blank, lines };
  }

  #isBlank(chunk: Uint8Array): boolean {
    return chunk.every((byte, index) => {
      if (byte === 0x20 || (byte >= 0x09 && byte <= 0x0d)) return true;
      return byte === BYTE_ORDER_MARK[this.#size + index];
    });
  }
}
