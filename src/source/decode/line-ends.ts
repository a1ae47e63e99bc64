const CR = 0x0d;
const LF = 0x0a;

/** Makes a line feed of every carriage return that has none behind it, wherever the bytes are cut. Length stays the same. */
export class LineEnds {
  #held = false;

  push(chunk: Buffer): Buffer {
    if (chunk.length === 0) return chunk;
    const bytes = this.#held ? Buffer.concat([Buffer.of(CR), chunk]) : Buffer.from(chunk);
    // What stands behind the last one is not known yet.
    this.#held = bytes[bytes.length - 1] === CR;
    const end = this.#held ? bytes.length - 1 : bytes.length;
    for (let at = bytes.indexOf(CR); at >= 0 && at < end; at = bytes.indexOf(CR, at + 1)) {
      if (bytes[at + 1] !== LF) bytes[at] = LF;
    }
    return bytes.subarray(0, end);
  }

  end(): Buffer {
    const held = this.#held;
    this.#held = false;
    return held ? Buffer.of(LF) : Buffer.alloc(0);
  }
}
