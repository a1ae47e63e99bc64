import { stat } from 'node:fs/promises';
import { InvalidArgumentError } from 'commander';
import { APPLIED_TTL_MS } from '../queue/scripts/applied.ts';
import { printable } from '../report/layout.ts';
import { duration } from '../report/number.ts';
import type { SourceFile } from '../source/file.ts';
import { Refusal } from './failure.ts';

/** How old an export is: epoch milliseconds, or as old as its file. */
export type AsOf = number | 'file';

const TIME = /^(\d{4})-(\d\d)-(\d\d)T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/;

/** @throws InvalidArgumentError when it is neither `file` nor a time with its zone */
export function asOfIn(text: string): AsOf {
  if (text === 'file') return 'file';
  const [, year, month, day] = TIME.exec(text) ?? [];
  // A day that no calendar has is taken for one of the next month.
  const real = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDate() === Number(day);
  const at = real ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at))
    throw new InvalidArgumentError(
      'Give a time with its zone, like 2026-01-31T02:00:00Z, or file for that of the file.',
    );
  return at;
}

interface Clock {
  /** When the command was given, in epoch milliseconds. */
  begun: number;
  /** Epoch milliseconds. */
  now: number;
}

/**
 * When the values of an export were true, in epoch milliseconds: as it is said, else when its file was last written. What
 * comes through a pipe was true when the command was given: whoever exports into the pipe began then.
 *
 * @throws Refusal when that is still to come: it would win over every event until then
 */
export async function trueAt(
  { path, file }: Pick<SourceFile, 'path' | 'file'>,
  asOf: AsOf | undefined,
  clock: Clock,
): Promise<number> {
  const piped = path !== file;
  if (piped && asOf === 'file')
    throw new Refusal(`${called(path)} has no time of its own. Give --as-of TIME, or leave --as-of out.`);
  const written = async () => (piped ? clock.begun : Math.floor((await stat(file)).mtimeMs));
  const at = typeof asOf === 'number' ? asOf : await written();
  if (at <= clock.now) return at;
  const what = typeof asOf === 'number' ? '--as-of' : `The time of ${called(path)}`;
  throw new Refusal(
    `${what} lies in the future (${new Date(at).toISOString()}). Give --as-of with the time at which the export began.`,
  );
}

/** What to say about an export that is older than what is known of writes; undefined for a younger one. */
export function ageWarning(path: string, at: number, now: number): string | undefined {
  if (now - at <= APPLIED_TTL_MS) return undefined;
  return `${called(path)} is ${duration(now - at)} old, and what was written is known for ${duration(APPLIED_TTL_MS)} only: values that events set longer ago than that may be set back. Take a newer export.`;
}

function called(path: string): string {
  return path === '-' ? 'Standard input' : printable(path);
}
