import type { Fault } from '../../run/reason.ts';

/** Bytes a cell may have, quotes included. */
export const MAX_CELL = 64 * 1024;
/** Bytes a record may have. A quote that is never closed swallows at most this much before reading starts afresh. */
export const MAX_RECORD = 1024 * 1024;

const LF = 0x0a;
const CR = 0x0d;
const QUOTE = 0x22;

/** Where a record ends, and where the next one starts. */
export interface Scan {
  /** Just behind the record's line break; at the end of the file behind its last cell. */
  end: number;
  /** Where reading goes on. Before `end` when the record is at fault and the lines it swallowed are read again. */
  next: number;
  /** Line breaks between the start of the record and `next`. */
  lines: number;
  /** `next` lies in the middle of the line at fault: what is left of that line is to be passed over. */
  midLine: boolean;
  fault?: Fault;
}

/**
 * Finds the end of the record that starts at `start`, as csv-parse with `relax_quotes` would. Undefined when that
 * cannot be said before more bytes have come. The answer depends on the bytes alone, never on how they were cut into
 * chunks: resuming a run counts on it.
 *
 * A fault costs one line wherever possible: whatever a wrong quote swallowed is read again from the next line on,
 * so that the rows after it are not lost.
 *
 * @param ended no bytes will come after these
 */
export function scanRecord(bytes: Uint8Array, start: number, ended: boolean, delimiter: number): Scan | undefined {
  const length = bytes.length;
  const cap = start + MAX_RECORD;
  const limit = Math.min(length, cap);
  let at = start;
  let lines = 0;
  let cellTooLong = false;

  for (;;) {
    const cell = at;
    if (at < limit && bytes[at] === QUOTE) {
      // The first line break inside this cell: where to start afresh should its quote turn out wrong.
      let firstBreak = -1;
      let linesToBreak = 0;

      at++;
      for (;;) {
        if (at >= limit) {
          if (at >= cap) return afresh(at, lines, firstBreak, linesToBreak, tooLong('record'));
          if (!ended) return undefined;
          return afresh(at, lines, firstBreak, linesToBreak, malformed('a quote is opened and never closed'));
        }
        const byte = bytes[at];
        if (byte === QUOTE) {
          if (at + 1 >= length && !ended) return undefined;
          at++;
          if (bytes[at] !== QUOTE) break;
        } else if (byte === LF) {
          lines++;
          if (firstBreak < 0) {
            firstBreak = at;
            linesToBreak = lines;
          }
        }
        at++;
      }
      if (at < limit && bytes[at] === CR && at + 1 >= length && !ended) return undefined;
      if (at < limit && bytes[at] !== delimiter && !isBreak(bytes, at)) {
        return afresh(at, lines, firstBreak, linesToBreak, malformed('text follows the closing quote of a cell'));
      }
      if (at < limit && bytes[at] === CR) at++;
    } else {
      while (at < limit && bytes[at] !== delimiter && bytes[at] !== LF) at++;
    }

    if (at - cell > MAX_CELL) cellTooLong = true;
    if (at >= limit) {
      if (at >= cap)
        return { end: at, next: at, lines, midLine: true, fault: tooLong(cellTooLong ? 'cell' : 'record') };
      if (!ended) return undefined;
      return found(bytes[at - 1] === CR ? at - 1 : at, at, lines, cellTooLong);
    }
    if (bytes[at] === LF) return found(at + 1, at + 1, lines + 1, cellTooLong);
    at++;
  }
}

/** Reading goes on behind the first line break that the faulty cell swallowed, or else behind the end of this line. */
function afresh(at: number, lines: number, firstBreak: number, linesToBreak: number, fault: Fault): Scan {
  if (firstBreak < 0) return { end: at, next: at, lines, midLine: true, fault };
  return { end: at, next: firstBreak + 1, lines: linesToBreak, midLine: false, fault };
}

/** A line break, or a lone CR as the last byte of the file (half of one). */
function isBreak(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === LF || (bytes[at] === CR && (at + 1 === bytes.length || bytes[at + 1] === LF));
}

function found(end: number, next: number, lines: number, cellTooLong: boolean): Scan {
  const scan: Scan = { end, next, lines, midLine: false };
  if (cellTooLong) scan.fault = tooLong('cell');
  return scan;
}

function tooLong(what: 'cell' | 'record'): Fault {
  const detail = what === 'cell' ? 'a cell has more than 64 kB' : 'the record has more than 1 MB';
  return { reason: 'cell-too-long', detail };
}

function malformed(detail: string): Fault {
  return { reason: 'row-malformed', detail };
}
