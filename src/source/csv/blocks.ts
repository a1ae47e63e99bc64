import { createReadStream } from 'node:fs';
import { SourceError } from '../error.ts';
import { type Block, RecordSplitter } from './split.ts';

/** Small enough that a block (some thousand rows) holds up the event loop for milliseconds only. */
const CHUNK = 64 * 1024;

/** Reads the file once, a chunk at a time and only as fast as the blocks are taken. Blocks without records are left out. */
export async function* readBlocks(file: string, delimiter: string): AsyncGenerator<Block> {
  const splitter = new RecordSplitter(delimiter);
  for await (const chunk of bytesOf(file)) {
    const block = splitter.push(chunk);
    if (block.spans.length > 0) yield block;
  }
  const last = splitter.end();
  if (last.spans.length > 0) yield last;
}

async function* bytesOf(file: string): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: CHUNK })) yield chunk as Buffer;
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code ?? String(cause);
    const message = `could not be read to its end (${why}). Check the file, then resume the run with --run-id.`;
    throw new SourceError('unreadable', file, message, { cause });
  }
}
