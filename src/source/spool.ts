import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { SourceError } from './error.ts';
import { type Fingerprint, Fingerprinter, fingerprintOf } from './fingerprint.ts';

/**
 * Copies a stream that can be read only once into `file`. The copy holds personal data: mode 0600. It gets its name
 * when it is complete, so that a killed process never leaves half a source behind.
 *
 * A run that is continued has its copy already: it stands in when nothing comes through the pipe, and other content never
 * replaces it (the caller sees by the fingerprint that it is another source).
 *
 * @param given the path as the operator gave it, for the error text
 */
export async function spool(given: string, from: Readable, file: string): Promise<Fingerprint> {
  const fingerprinter = new Fingerprinter();
  const part = `${file}.${process.pid}.part`;
  try {
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    await pipeline(
      from,
      async function* (chunks: AsyncIterable<Buffer | string>) {
        for await (const chunk of chunks) {
          const bytes = Buffer.from(chunk);
          fingerprinter.update(bytes);
          yield bytes;
        }
      },
      createWriteStream(part, { mode: 0o600, flags: 'wx' }),
    );
    const found = fingerprinter.finish();
    const kept = existsSync(file) ? await fingerprintOf(file) : undefined;
    if (found.blank || (kept !== undefined && kept.sha256 !== found.sha256)) await rm(part);
    else await rename(part, file);
    return found.blank && kept !== undefined ? kept : found;
  } catch (error) {
    // What went wrong first is what the operator has to hear.
    await rm(part, { force: true }).catch(() => undefined);
    // A download says itself what to do.
    if ((error as Error).name === 'DownloadError') throw error;
    const why = (error as NodeJS.ErrnoException).code ?? String(error);
    const message = `could not be copied to ${file} (${why}). Check that the directory is writable and has room.`;
    throw new SourceError('unreadable', given, message, { cause: error });
  }
}
