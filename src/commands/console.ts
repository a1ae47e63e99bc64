import { constants, mkdirSync, openSync } from 'node:fs';
import path from 'node:path';
import pino, { type DestinationStream, type Logger } from 'pino';
import type { Config } from '../../config/schema.ts';
import { faultOf } from '../report/fault.ts';
import type { TextOptions } from '../report/text.ts';
import { Refusal } from './failure.ts';

/** What a command says, to people and to programs. People's text goes to standard error, the document to standard output. */
export class Console {
  readonly #quiet: boolean;

  constructor(options: { quiet?: boolean | undefined }) {
    this.#quiet = options.quiet === true;
  }

  get quiet(): boolean {
    return this.#quiet;
  }

  say(text: string): void {
    if (!this.#quiet) process.stderr.write(text.endsWith('\n') ? text : `${text}\n`);
  }

  /** Errors are said even when quiet. */
  fail(text: string): void {
    process.stderr.write(`${text}\n`);
  }

  /** The one document of `--json`. */
  document(value: unknown): void {
    process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
  }

  print(text: string): void {
    process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
  }

  text(stream: NodeJS.WriteStream = process.stderr): TextOptions {
    const colour = stream.isTTY === true && process.env.NO_COLOR === undefined;
    return { width: stream.columns ?? 100, colour };
  }
}

/**
 * Log lines of a command that ends by itself go to a file beside its report, where they neither tear a progress bar nor
 * fill a cron mail; those of a service go to standard error. Asking for a level outright means wanting to see them.
 */
export function openLog(config: Config, where: { file: string } | 'stderr'): Logger {
  const options = {
    level: config.log_level,
    base: { pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: faultOf },
  };
  if (where === 'stderr') return pino(options, gathered(2));
  mkdirSync(path.dirname(where.file), { recursive: true, mode: 0o700 });
  // Opened here and now: a process that is told to end at once would otherwise fail on a log that is not ready.
  return pino(options, gathered(openOwn(where.file)));
}

function openOwn(file: string): number {
  try {
    return openSync(file, APPEND, 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ELOOP') throw error;
    throw new Refusal(`${file} is a link to another file, which is not written to. Remove it, or give --report-dir.`);
  }
}

/** Appends, and fails where somebody has put a link to another file. */
const APPEND = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW;

/**
 * How long a line waits for others, in milliseconds, and how many bytes go at once: a write for each costs a service more than its
 * signatures. Not more, for the destination goes through all that waits with each line (sonic-boom 4.2): with 64,000 bytes that
 * was an eighth of what a run gives the garbage collector.
 */
const GATHER_MS = 100;
const GATHER_BYTES = 8_000;

/** A destination that writes the lines of a moment together. */
function gathered(dest: number): DestinationStream {
  const lines = pino.destination({ dest, sync: false, minLength: GATHER_BYTES, maxWrite: 2 * GATHER_BYTES });
  let due = false;
  return {
    write(line: string) {
      lines.write(line);
      if (due) return;
      due = true;
      setTimeout(() => {
        due = false;
        lines.flush();
      }, GATHER_MS).unref();
    },
    flush: (done: (error?: Error) => void) => lines.flush(done),
  } as DestinationStream;
}

/** Writes what is still in memory. */
export function closeLog(log: Logger): Promise<void> {
  return new Promise((resolve) => log.flush(() => resolve()));
}
