import { MAX_RECORD } from '../csv/scan.ts';
import type { Block, Span } from '../csv/split.ts';

const LF = 0x0a;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/**
 * Cuts a stream of JSON into records: the lines of NDJSON, or the elements of one list. Where a record ends depends on the
 * bytes alone, never on how they were cut into chunks. One of more than 1 MB is a fault and passed over.
 */
export class JsonSplitter {
  readonly #list: boolean;
  #rest: Buffer = Buffer.alloc(0);
  /** How far `#rest` was looked at, and where its record begins; -1: between two records. */
  #at = 0;
  #start = -1;
  #line = 1;
  #startLine = 1;
  #depth = 0;
  #quoted = false;
  #escaped = false;
  #tooLong = false;
  /** The list has begun, or has ended. */
  #opened = false;
  #closed = false;

  constructor(format: 'ndjson' | 'json') {
    this.#list = format === 'json';
  }

  push(chunk: Buffer): Block {
    return this.#cut(this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]), false);
  }

  end(): Block {
    return this.#cut(this.#rest, true);
  }

  #cut(bytes: Buffer, ended: boolean): Block {
    const spans: Span[] = [];
    for (; this.#at < bytes.length; this.#at++) {
      const byte = bytes[this.#at]!;
      if (this.#list) this.#inList(byte, spans);
      else this.#inLine(byte, spans);
      if (byte === LF) this.#line++;
      if (this.#start >= 0 && this.#at - this.#start > MAX_RECORD) this.#giveUp(spans);
    }
    if (ended) this.#finish(spans, bytes);
    // What comes next may need the record under way, and nothing of those before.
    const keep = this.#start >= 0 ? this.#start : bytes.length;
    this.#rest = bytes.subarray(keep);
    this.#at -= keep;
    if (this.#start >= 0) this.#start = 0;
    return { bytes, spans };
  }

  #begin(): void {
    this.#start = this.#at;
    this.#startLine = this.#line;
  }

  #emit(spans: Span[], end: number): void {
    if (!this.#tooLong) spans.push({ start: this.#start, end, line: this.#startLine });
    this.#start = -1;
    this.#tooLong = false;
  }

  #giveUp(spans: Span[]): void {
    if (!this.#tooLong) {
      const fault = { reason: 'cell-too-long' as const, detail: 'the record has more than 1 MB' };
      spans.push({ start: this.#start, end: this.#at, line: this.#startLine, fault });
    }
    this.#tooLong = true;
    // Only its end is looked for from here on.
    this.#start = this.#at;
  }

  #inLine(byte: number, spans: Span[]): void {
    if (this.#start < 0) {
      if (!isWhite(byte) && !this.#isMark(byte)) this.#begin();
    } else if (byte === LF) this.#emit(spans, this.#at);
  }

  #inList(byte: number, spans: Span[]): void {
    if (this.#start < 0) {
      if (!this.#opened) {
        this.#opened = byte === OPEN_LIST;
        return;
      }
      if (isWhite(byte) || byte === COMMA || this.#closed) return;
      if (byte === CLOSE_LIST) {
        this.#closed = true;
        return;
      }
      this.#begin();
    }
    if (this.#quoted) {
      if (this.#escaped) this.#escaped = false;
      else if (byte === BACKSLASH) this.#escaped = true;
      else if (byte === QUOTE) this.#quoted = false;
      return;
    }
    if (byte === QUOTE) this.#quoted = true;
    else if (byte === OPEN_OBJECT || byte === OPEN_LIST) this.#depth++;
    else if (this.#depth === 0 && (byte === COMMA || byte === CLOSE_LIST)) {
      this.#emit(spans, this.#at);
      this.#closed = byte === CLOSE_LIST;
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) this.#depth = Math.max(0, this.#depth - 1);
  }

  #finish(spans: Span[], bytes: Buffer): void {
    if (this.#start >= 0) this.#emit(spans, bytes.length);
    if (!this.#list || this.#closed) return;
    const fault = { reason: 'row-malformed' as const, detail: 'the list is never closed: the file may be cut off' };
    const last = spans.at(-1);
    // The record that is cut off says it.
    if (last !== undefined && last.end === bytes.length) last.fault ??= fault;
    else spans.push({ start: bytes.length, end: bytes.length, line: this.#line, fault });
  }

  /** The bytes of a byte order mark. */
  #isMark(byte: number): boolean {
    return this.#line === 1 && (byte === 0xef || byte === 0xbb || byte === 0xbf);
  }
}

function isWhite(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
}
