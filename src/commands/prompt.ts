import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { CannotRun } from './failure.ts';

/** Whether somebody can be asked: standard input and standard error are a terminal. */
export function canAsk(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}

/**
 * Asks a person on standard error, so that what is printed stays alone. `hidden`: what is typed is not shown.
 *
 * @throws CannotRun when the input ends before the answer
 */
export async function prompt(question: string, { hidden = false } = {}): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: hidden ? silent : process.stderr, terminal: true });
  const ended = new AbortController();
  lines.once('close', () => ended.abort());
  lines.once('SIGINT', () => lines.close());
  try {
    if (hidden) process.stderr.write(question);
    return (await lines.question(hidden ? '' : question, { signal: ended.signal })).trim();
  } catch (error) {
    if ((error as Error).name !== 'AbortError') throw error;
    throw new CannotRun(
      'Stopped before anything was written. Give the same command again, or everything with flags and --yes.',
    );
  } finally {
    lines.close();
    if (hidden) process.stderr.write('\n');
  }
}
