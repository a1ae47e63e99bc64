import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { SourceError } from '../error.ts';

/** Whether these are the first bytes of a file packed with gzip. */
export function isGzip(head: Uint8Array): boolean {
  return head[0] === 0x1f && head[1] === 0x8b;
}

/**
 * What a file packed with gzip unpacks to, a chunk at a time and only as fast as they are taken: nothing is written to the
 * disk, so its size does not matter.
 *
 * @param place the path, for the error text
 * @throws SourceError when it is cut off or damaged
 */
export async function* unpacked(packed: AsyncIterable<Buffer>, place: string): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: 64 * 1024 });
  // Whoever reads `gunzip` hears of every error; the pipeline only ends the one when the other does.
  pipeline(packed instanceof Readable ? packed : Readable.from(packed), gunzip, () => undefined);
  try {
    for await (const chunk of gunzip) yield chunk as Buffer;
  } catch (cause) {
    const code = String((cause as NodeJS.ErrnoException).code);
    if (!code.startsWith('Z_')) throw cause;
    const what = code === 'Z_BUF_ERROR' ? 'ends in the middle (gzip)' : `cannot be unpacked (gzip: ${code})`;
    const message = `${what}. Copy or export it again; "gzip -t" says whether it is whole.`;
    throw new SourceError('bad-gzip', place, message, { cause });
  }
}
