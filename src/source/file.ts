import { createReadStream, existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { isAddress, shownAddress } from './address.ts';
import { AUTO, type Dialect, type Wanted } from './decode/dialect.ts';
import { type Looked, lookAt } from './decode/look.ts';
import { SourceError } from './error.ts';
import { fingerprintOf } from './fingerprint.ts';
import { spool } from './spool.ts';

/** A source that can be read as often as needed. */
export interface SourceFile {
  /** As the operator gave it; `-` for standard input. */
  path: string;
  /** Where to read it: the path itself, or the copy of what came through a pipe. */
  file: string;
  /** Bytes. */
  size: number;
  /** Hex. Tells whether a file that a run is resumed with is still the same. */
  sha256: string;
  /** Lines; undefined for a pipe other than standard input, whose name says nothing about what comes through it next time. */
  lines?: number;
  /** How it is read; absent when it is UTF-8 with commas. */
  dialect?: Dialect;
  /** What the operator should know about it, in sentences; absent when there is nothing to say. */
  notes?: string[];
}

/** How sources are opened, where that is not said by themselves. */
export interface OpenOptions {
  /** What stands for `-`. */
  stdin?: Readable;
  wanted?: Readonly<Wanted>;
  /** How each of them was read before, when they are read again: then they are not looked at. */
  dialects?: readonly (Dialect | undefined)[];
  /** Gets what is behind an address. Without it there are only files. */
  download?: (address: string) => Promise<Readable>;
}

/**
 * Checks every source and makes it readable again and again: standard input, pipes and what lies behind an address are copied
 * to `<spoolDir>/stdin-<n>.csv`, because resuming a run and writing needs-attention.csv read the rows a second time.
 *
 * @throws SourceError for the first source that cannot be read
 */
export async function openSources(
  paths: string[],
  spoolDir: string,
  { stdin = process.stdin, wanted = AUTO, dialects, download }: OpenOptions = {},
): Promise<SourceFile[]> {
  if (paths.filter((given) => given === '-').length > 1) {
    throw new SourceError('stdin-twice', '-', 'standard input can be read only once. Give - a single time.');
  }
  const sources: SourceFile[] = [];
  let spooled = 0;
  for (const [index, given] of paths.entries()) {
    const from = await originOf(given, { stdin, download });
    const shown = isAddress(given) ? shownAddress(given) : given;
    const file = from === undefined ? given : path.join(spoolDir, `stdin-${++spooled}.csv`);
    // What was got once is not got again: another export could be there by now.
    const copied =
      from === undefined || (isAddress(given) && existsSync(file)) ? undefined : await spool(shown, await from(), file);
    refuseBlank(copied, given);
    const looked = await readOnce(file, shown, dialects === undefined ? wanted : { known: dialects[index] });
    refuseBlank(looked, given);
    const { dialect, lines, notes } = looked;
    // Of a run that is continued the copy stays; what came now may be another file, and whoever continues it has to see that.
    const { size, sha256 } = copied ?? looked;
    // The name of a pipe says nothing about what comes through it the next time.
    const named = from === undefined || given === '-' || isAddress(given);
    sources.push({
      path: shown,
      file,
      size,
      sha256,
      ...(named && lines !== undefined ? { lines } : {}),
      ...(dialect === undefined ? {} : { dialect }),
      ...(notes.length === 0 ? {} : { notes }),
    });
  }
  return sources;
}

function refuseBlank(found: { blank: boolean } | undefined, given: string): void {
  if (found?.blank !== true) return;
  const next = given === '-' ? 'Check the command before the pipe.' : 'Check the export that writes it.';
  const place = isAddress(given) ? shownAddress(given) : given;
  throw new SourceError('empty-file', place, `is empty, not even a header is there. ${next}`);
}

/** Where to copy it from; undefined for a file that can be read as often as needed. */
async function originOf(
  given: string,
  { stdin, download }: { stdin: Readable; download: OpenOptions['download'] | undefined },
): Promise<(() => Promise<Readable>) | undefined> {
  if (given === '-') return async () => stdin;
  if (isAddress(given)) {
    if (download === undefined)
      throw new SourceError(
        'no-download',
        shownAddress(given),
        'is an address, and a file is needed here. Get it first.',
      );
    return () => download(given);
  }
  return (await isRegular(given)) ? undefined : async () => createReadStream(given);
}

async function readOnce(
  file: string,
  place: string,
  how: Readonly<Wanted> | { known: Dialect | undefined },
): Promise<Omit<Looked, 'lines'> & { lines?: number }> {
  try {
    if ('encoding' in how) return await lookAt(file, place, how);
    const { known: dialect } = how;
    const { lines, ...found } = await fingerprintOf(file);
    return dialect === undefined ? { ...found, lines, notes: [] } : { ...found, dialect, notes: [] };
  } catch (error) {
    throw error instanceof SourceError ? error : unreadable(place, error as NodeJS.ErrnoException);
  }
}

async function isRegular(given: string): Promise<boolean> {
  const found = await stat(given).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' || error.code === 'ENOTDIR'
      ? new SourceError('missing-file', given, 'does not exist. Check the path.', { cause: error })
      : unreadable(given, error);
  });
  if (found.isDirectory()) {
    throw new SourceError('directory', given, 'is a directory. Name the files in it, for example with *.csv.');
  }
  // /dev/stdin and /dev/fd/63 may well lead to a regular file, but to another one when the run is resumed.
  return found.isFile() && !/^\/(dev|proc)\//.test(path.resolve(given));
}

function unreadable(given: string, cause: NodeJS.ErrnoException): SourceError {
  const message = `cannot be read (${cause.code ?? cause.message}). Check its permissions.`;
  return new SourceError('unreadable', given, message, { cause });
}
