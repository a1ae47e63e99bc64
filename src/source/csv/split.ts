import type { Fault } from '../../run/reason.ts';
import { scanRecord } from './scan.ts';

/** One physical record as bytes of a block. */
export interface Span {
  start: number;
  /** Just behind its line break. */
  end: number;
  /** Physical line (1-based) on which it starts. */
  line: number;
  fault?: Fault;
}

/** Records that became complete together. */
export interface Block {
  bytes: Buffer;
  spans: Span[];
}

const LF = 0x0a;

/**
 * Cuts a stream of bytes into physical records and counts lines. It stands before csv-parse because csv-parse gives up
 * the whole rest of a file at one unclosed quote, and reports the line a record ends on, not the one it starts on.
 * Blank lines are no records.
 */
export class RecordSplitter {
  #delimiter: number;
  #rest: Buffer = Buffer.alloc(0);
  #line = 1;
  #atStart = true;
  #passingOver = false;

  /** @param delimiter one ASCII character */
  constructor(delimiter: string) {
    this.#delimiter = delimiter.charCodeAt(0);
  }

  push(chunk: Buffer): Block {
    return this.#cut(this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]), false);
  }

  end(): Block {
    return this.#cut(this.#rest, true);
  }

  #cut(bytes: Buffer, ended: boolean): Block {
    const spans: Span[] = [];
    let at = 0;
    if (this.#atStart) {
      // The three bytes of a byte order mark may come one at a time.
      if (bytes.length < 3 && !ended) {
        this.#rest = bytes;
        return { bytes, spans };
      }
      this.#atStart = false;
      if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) at = 3;
    }
    while (at < bytes.length) {
      if (this.#passingOver) {
        const lineBreak = bytes.indexOf(LF, at);
        if (lineBreak < 0) {
          at = bytes.length;
          break;
        }
        at = lineBreak + 1;
        this.#line++;
        this.#passingOver = false;
        continue;
      }
      const scan = scanRecord(bytes, at, ended, this.#delimiter);
      if (scan === undefined) break;
      if (scan.fault !== undefined) {
        // Lines that a wrong quote swallowed are records of their own.
        spans.push({ start: at, end: Math.min(scan.end, scan.next), line: this.#line, fault: scan.fault });
      } else if (!isBlank(bytes, at, scan.end, this.#delimiter)) {
        spans.push({ start: at, end: scan.end, line: this.#line });
      }
      this.#passingOver = scan.midLine;
      this.#line += scan.lines;
      at = scan.next;
    }
    this.#rest = bytes.subarray(at);
    return { bytes, spans };
  }
}

function isBlank(bytes: Buffer, start: number, end: number, delimiter: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = bytes[at];
    const white = byte === 0x20 || byte === 0x0d || byte === LF || byte === 0x09;
    if (!white || byte === delimiter) return false;
  }
  return true;
}
