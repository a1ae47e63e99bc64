import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { SourceError } from './error.ts';
import { type Fingerprint, fingerprintOf } from './fingerprint.ts';
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
}

/**
 * Checks every source and makes it readable again and again: standard input and pipes are copied to
 * `<spoolDir>/stdin-<n>.csv`, because resuming a run and writing needs-attention.csv read the rows a second time.
 *
 * @throws SourceError for the first source that cannot be read
 */
export async function openSources(
  paths: string[],
  spoolDir: string,
  stdin: Readable = process.stdin,
): Promise<SourceFile[]> {
  if (paths.filter((given) => given === '-').length > 1) {
    throw new SourceError('stdin-twice', '-', 'standard input can be read only once. Give - a single time.');
  }
  const sources: SourceFile[] = [];
  let spooled = 0;
  for (const given of paths) {
    const regular = given !== '-' && (await isRegular(given));
    const file = regular ? given : path.join(spoolDir, `stdin-${++spooled}.csv`);
    const { size, sha256, blank, lines } = regular
      ? await fingerprint(given)
      : await spool(given, given === '-' ? stdin : createReadStream(given), file);
    if (blank) {
      const next = given === '-' ? 'Check the command before the pipe.' : 'Check the export that writes it.';
      throw new SourceError('empty-file', given, `is empty, not even a header is there. ${next}`);
    }
    sources.push({ path: given, file, size, sha256, ...(regular || given === '-' ? { lines } : {}) });
  }
  return sources;
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

async function fingerprint(given: string): Promise<Fingerprint> {
  try {
    return await fingerprintOf(given);
  } catch (error) {
    throw unreadable(given, error as NodeJS.ErrnoException);
  }
}

function unreadable(given: string, cause: NodeJS.ErrnoException): SourceError {
  const message = `cannot be read (${cause.code ?? cause.message}). Check its permissions.`;
  return new SourceError('unreadable', given, message, { cause });
}
