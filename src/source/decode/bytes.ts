import { createReadStream } from 'node:fs';
import { SourceError } from '../error.ts';
import { type Dialect, PLAIN } from './dialect.ts';
import { LineEnds } from './line-ends.ts';
import { transcoderFrom } from './transcode.ts';
import { unpacked } from './unpack.ts';

/** Small enough that a block (some thousand rows) holds up the event loop for milliseconds only. */
const CHUNK = 64 * 1024;

/**
 * A file as UTF-8, from its first byte on, a chunk at a time and only as fast as they are taken. What its encoding does not
 * have comes as a byte that no UTF-8 has. Of a plain file no byte is copied.
 *
 * @throws SourceError when it cannot be read to its end
 */
export async function* decodedBytes(file: string, dialect: Readonly<Dialect> = PLAIN): AsyncGenerator<Buffer> {
  const raw = createReadStream(file, { highWaterMark: CHUNK });
  const transcoder = transcoderFrom(dialect.encoding);
  const lineEnds = dialect.newline === 'cr' ? new LineEnds() : undefined;
  try {
    for await (const chunk of dialect.gzip === true ? unpacked(raw, file) : raw) {
      const text = transcoder === undefined ? (chunk as Buffer) : transcoder.push(chunk as Buffer);
      yield lineEnds === undefined ? text : lineEnds.push(text);
    }
  } catch (cause) {
    if (cause instanceof SourceError) throw cause;
    const why = (cause as NodeJS.ErrnoException).code ?? String(cause);
    const message = `could not be read to its end (${why}). Check the file, then resume the run with --run-id.`;
    throw new SourceError('unreadable', file, message, { cause });
  }
  const last = transcoder?.end();
  if (last !== undefined && last.length > 0) yield lineEnds === undefined ? last : lineEnds.push(last);
  const held = lineEnds?.end();
  if (held !== undefined && held.length > 0) yield held;
}
