import type { Fault } from '../../run/reason.ts';
import { MAX_CELL, type Scan, scanRecord } from './scan.ts';

/** One physical record as bytes of a block. */
export interface Span {
  start: number;
  /** Just behind its line break. */
  end: number;
  /** Physical line (1-based) on which it starts. */
  line: number;
  /** A blank line stands before it. */
  afterBlank?: true;
  fault?: Fault;
}

/** Records that became complete together. */
export interface Block {
  bytes: Buffer;
  spans: Span[];
}

const LF = 0x0a;
const QUOTE = 0x22;

/**
 * Cuts a stream of bytes into physical records and counts lines. A parser of CSV gives up the
 * whole rest of a file at one unclosed quote, and reports the line a record ends on, not the one it starts on.
 * Blank lines are no records.
 */
export class RecordSplitter {
  #delimiter: number;
  #rest: Buffer = Buffer.alloc(0);
  #line = 1;
  #atStart = true;
  #passingOver: boolean;
  /** Lines that are still to be passed over, the one under way not counted. */
  #toSkip: number;
  #afterBlank = false;

  /**
   * @param delimiter one ASCII character
   * @param skip lines before the first record
   */
  constructor(delimiter: string, skip = 0) {
    this.#delimiter = delimiter.charCodeAt(0);
    this.#passingOver = skip > 0;
    this.#toSkip = Math.max(0, skip - 1);
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
    let quote = -1;
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
        if (this.#toSkip > 0) this.#toSkip--;
        else this.#passingOver = false;
        continue;
      }
      if (quote < at) quote = placeOf(QUOTE, bytes, at);
      const lineBreak = placeOf(LF, bytes, at);
      // Most lines hold no quote: they are records, and nothing has to be looked at byte by byte.
      const scan =
        lineBreak < quote && lineBreak - at <= MAX_CELL
          ? plainLine(lineBreak)
          : scanRecord(bytes, at, ended, this.#delimiter);
      if (scan === undefined) break;
      if (scan.fault !== undefined) {
        // Lines that a wrong quote swallowed are records of their own.
        spans.push({ start: at, end: Math.min(scan.end, scan.next), line: this.#line, fault: scan.fault });
        this.#afterBlank = false;
      } else if (isBlank(bytes, at, scan.end, this.#delimiter)) {
        this.#afterBlank = true;
      } else {
        const span: Span = { start: at, end: scan.end, line: this.#line };
        if (this.#afterBlank) span.afterBlank = true;
        this.#afterBlank = false;
        spans.push(span);
      }
      this.#passingOver = scan.midLine;
      this.#line += scan.lines;
      at = scan.next;
    }
    this.#rest = bytes.subarray(at);
    return { bytes, spans };
  }
}

/** Behind the end where there is none. */
function placeOf(byte: number, bytes: Buffer, from: number): number {
  const at = bytes.indexOf(byte, from);
  return at < 0 ? bytes.length : at;
}

function plainLine(lineBreak: number): Scan {
  return { end: lineBreak + 1, next: lineBreak + 1, lines: 1, midLine: false };
}

function isBlank(bytes: Buffer, start: number, end: number, delimiter: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = bytes[at];
    const white = byte === 0x20 || byte === 0x0d || byte === LF || byte === 0x09;
    if (!white || byte === delimiter) return false;
  }
  return true;
}
