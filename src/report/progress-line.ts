import { NEEDS_ATTENTION } from '../run/outcome.ts';
import { bar, clip, displayWidth, printable } from './layout.ts';
import { count, counted, decimal, duration } from './number.ts';

/** Where a run stands, as its command sees it; counts are of the whole run, also after a resume. */
export interface ProgressState {
  rowsRead: number;
  /** Known once the sources are read to their end. */
  rowsTotal?: number | undefined;
  /** How much of the sources has been read (0..1, by bytes); serves while `rowsTotal` is unknown. */
  fraction?: number | undefined;
  settled: number;
  /** Rows per outcome. */
  outcomes: Readonly<Record<string, number>>;
  callsLastMinute: number;
  /** Calls a minute that the limiter allows. */
  rateLimit: number;
  inFlight: number;
  /** How the pace is held, for example `auto 50 %`. */
  pace?: string | undefined;
  /** Why nothing moves, for example `waiting: Chatwoot says 429, next minute in 32 s`. */
  waiting?: string | undefined;
}

/** A state with what only time tells. */
export interface ProgressView extends ProgressState {
  rowsPerSecond?: number | undefined;
}

/** All rows of the run, exactly or by the part of the sources that has been read; undefined when nothing tells. */
function expectedRows(state: ProgressState): { rows: number; exact: boolean } | undefined {
  if (state.rowsTotal !== undefined) return { rows: state.rowsTotal, exact: true };
  if (state.fraction === undefined || state.fraction <= 0 || state.rowsRead === 0) return undefined;
  return { rows: Math.max(state.rowsRead, Math.round(state.rowsRead / Math.min(1, state.fraction))), exact: false };
}

/** Milliseconds until the last row at the present speed; undefined while waiting or when nothing tells. */
function timeLeft(view: ProgressView): number | undefined {
  const expected = expectedRows(view);
  if (expected === undefined || view.waiting !== undefined) return undefined;
  const left = expected.rows - view.settled;
  if (left <= 0 || view.rowsPerSecond === undefined || view.rowsPerSecond <= 0) return undefined;
  return (left / view.rowsPerSecond) * 1000;
}

const WIDEST_BAR = 24;
const NARROWEST_BAR = 10;
const NARROWEST_REASON = 16;
const GAP = 2;

/**
 * The one redrawn line, at most `columns` wide: bar, percent, rows, problems, waiting reason or time left and speed,
 * calls against the limit. What does not fit is left out, the least important first.
 */
export function barLine(view: ProgressView, columns: number): string {
  const fraction = done(view);
  const drawn: Piece[] = fraction === undefined ? [] : [{ rank: BAR_RANK, text: ' '.repeat(NARROWEST_BAR) }];
  const all = [...drawn, ...pieces(view)];
  const kept = new Set<Piece>();
  let room = columns;
  for (const piece of [...all].sort((a, b) => a.rank - b.rank)) {
    const space = room - (kept.size > 0 ? GAP : 0);
    if (piece.rank === WAITING_RANK && space >= NARROWEST_REASON) piece.text = clip(piece.text, space);
    if (displayWidth(piece.text) > space) break;
    kept.add(piece);
    room = space - displayWidth(piece.text);
  }
  const width = Math.min(WIDEST_BAR, NARROWEST_BAR + room);
  return all
    .filter((piece) => kept.has(piece))
    .map((piece) => (piece.rank === BAR_RANK ? drawBar(fraction ?? 0, width) : piece.text))
    .join(' '.repeat(GAP));
}

function drawBar(fraction: number, width: number): string {
  const filled = bar(fraction, width);
  return filled + '░'.repeat(width - displayWidth(filled));
}

/** The line for a log or a pipe: everything, separated by ` · `. */
export function plainLine(view: ProgressView): string {
  return pieces(view)
    .map((part) => part.text.trim())
    .join(' · ');
}

/** A part of the line; a lower rank stays longer when the line is short. */
interface Piece {
  rank: number;
  text: string;
}

const WAITING_RANK = 3;
const BAR_RANK = 4;

/** The parts in reading order, without the bar. */
function pieces(view: ProgressView): Piece[] {
  const fraction = done(view);
  const problems = problemCount(view);
  const left = timeLeft(view);
  const speed = view.waiting === undefined ? view.rowsPerSecond : undefined;
  const all: [number, string | undefined][] = [
    [1, fraction === undefined ? undefined : `${String(Math.floor(fraction * 100)).padStart(3)} %`],
    [2, rowsPiece(view)],
    [5, problems === 0 ? undefined : counted(problems, 'problem')],
    [WAITING_RANK, view.waiting === undefined ? undefined : printable(view.waiting)],
    [6, left === undefined ? undefined : `${coarse(left)} left`],
    [7, speed === undefined ? undefined : `${decimal(speed)} rows/s`],
    [8, `${count(view.callsLastMinute)}/${count(view.rateLimit)} calls/min`],
    [9, `${count(view.inFlight)} in flight`],
    [10, view.pace === undefined ? undefined : printable(view.pace)],
  ];
  return all.flatMap(([rank, text]) => (text === undefined ? [] : [{ rank, text }]));
}

function problemCount(view: ProgressView): number {
  let problems = 0;
  for (const outcome of NEEDS_ATTENTION) problems += view.outcomes[outcome] ?? 0;
  return problems;
}

function rowsPiece(view: ProgressView): string {
  const expected = expectedRows(view);
  if (expected === undefined) return `${count(view.settled)} of ${count(view.rowsRead)} rows read`;
  const total = count(expected.rows);
  return `${count(view.settled).padStart(total.length)}/${expected.exact ? '' : '~'}${total} rows`;
}

/** The settled part; 1 only when the last row is settled, never by an estimate. */
function done(view: ProgressView): number | undefined {
  const expected = expectedRows(view);
  if (expected === undefined) return undefined;
  if (expected.exact && view.settled >= expected.rows) return 1;
  return Math.min(0.99, view.settled / Math.max(1, expected.rows));
}

/** No tenths of a second: a countdown that flickers is not read. */
function coarse(ms: number): string {
  return ms < 60_000 ? `${Math.max(1, Math.round(ms / 1000))} s` : duration(ms);
}
