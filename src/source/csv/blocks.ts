import { decodedBytes } from '../decode/bytes.ts';
import type { Dialect } from '../decode/dialect.ts';
import { type Block, RecordSplitter } from './split.ts';

/** Reads the file once, a chunk at a time and only as fast as the blocks are taken. Blocks without records are left out. */
export async function* readBlocks(file: string, dialect: Readonly<Dialect>): AsyncGenerator<Block> {
  const splitter = new RecordSplitter(dialect.delimiter, dialect.skip);
  for await (const chunk of decodedBytes(file, dialect)) {
    const block = splitter.push(chunk);
    if (block.spans.length > 0) yield block;
  }
  const last = splitter.end();
  if (last.spans.length > 0) yield last;
}
