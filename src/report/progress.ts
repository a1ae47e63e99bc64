import { printable } from './layout.ts';
import { barLine, type ProgressState, type ProgressView, plainLine } from './progress-line.ts';
import { createSpeed } from './speed.ts';

/** What a progress display needs of a stream; `process.stderr` is one. */
export interface ProgressStream {
  isTTY?: boolean | undefined;
  columns?: number | undefined;
  write(text: string): unknown;
}

/** How progress is shown. */
export interface ProgressOptions {
  /** Milliseconds of any clock that only goes forward. */
  now: () => number;
  /** Shows nothing at all. */
  quiet: boolean;
  /** Milliseconds between two lines when the stream is not a terminal. Default: 10,000. */
  intervalMs?: number | undefined;
}

/** A live display. It owns no timer: it draws when it is told something, so it never keeps a process alive. */
export interface Progress {
  /** Shows the state, unless the last drawing was just now. */
  update(state: ProgressState): void;
  /** Prints a line that stays, above the bar. */
  note(text: string): void;
  /** Takes the bar away, or prints the last state as a line. Further calls do nothing. */
  finish(): void;
}

const REDRAW_MS = 100;
const PLAIN_MS = 10_000;
const SPEED_WINDOW_MS = 10_000;
const DEFAULT_COLUMNS = 80;
const CLEAR_TO_END = '\u001b[K';

/** A redrawn bar on a terminal, now and then a plain line elsewhere, nothing when quiet. */
export function createProgress(stream: ProgressStream, options: ProgressOptions): Progress {
  if (options.quiet) return { update: () => undefined, note: () => undefined, finish: () => undefined };
  return stream.isTTY === true ? terminal(stream, options) : lines(stream, options);
}

function terminal(stream: ProgressStream, options: ProgressOptions): Progress {
  const look = viewer(options.now);
  let view: ProgressView | undefined;
  let drawnAt = Number.NEGATIVE_INFINITY;
  let reason: string | undefined;
  let over = false;
  const draw = () => {
    if (view === undefined) return;
    // One column is left free: some terminals wrap as soon as the last one is filled.
    stream.write(`\r${barLine(view, (stream.columns || DEFAULT_COLUMNS) - 1)}${CLEAR_TO_END}`);
    drawnAt = options.now();
  };
  return {
    update(state) {
      if (over) return;
      view = look(state);
      const news = reasonOf(state) !== reason;
      reason = reasonOf(state);
      if (news || options.now() - drawnAt >= REDRAW_MS) draw();
    },
    note(text) {
      if (over) return;
      stream.write(`\r${CLEAR_TO_END}${printable(text)}\n`);
      draw();
    },
    finish() {
      if (!over && view !== undefined) stream.write(`\r${CLEAR_TO_END}`);
      over = true;
    },
  };
}

function lines(stream: ProgressStream, options: ProgressOptions): Progress {
  const interval = options.intervalMs ?? PLAIN_MS;
  const look = viewer(options.now);
  let view: ProgressView | undefined;
  let printedAt: number | undefined;
  let printed: string | undefined;
  let reason: string | undefined;
  let over = false;
  const print = () => {
    if (view === undefined) return;
    const line = plainLine(view);
    if (line !== printed) stream.write(`${line}\n`);
    printed = line;
    printedAt = options.now();
  };
  return {
    update(state) {
      if (over) return;
      view = look(state);
      // The first line comes after one interval too: a run that is over before has its summary.
      printedAt ??= options.now();
      const news = reasonOf(state) !== reason;
      reason = reasonOf(state);
      if (news || options.now() - printedAt >= interval) print();
    },
    note(text) {
      if (!over) stream.write(`${printable(text)}\n`);
    },
    finish() {
      if (!over && printed !== undefined) print();
      over = true;
    },
  };
}

function viewer(now: () => number): (state: ProgressState) => ProgressView {
  const speed = createSpeed(SPEED_WINDOW_MS);
  return (state) => {
    speed.add(now(), state.settled);
    return { ...state, rowsPerSecond: speed.perSecond() };
  };
}

/** The waiting reason without its countdown: `next minute in 32 s` and `... in 31 s` are the same news. */
function reasonOf(state: ProgressState): string | undefined {
  return state.waiting?.replace(/(\d+(\.\d+)?\s*(ms|s|min|h|d)\b\s*)+/g, '');
}
