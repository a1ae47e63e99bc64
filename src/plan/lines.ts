const LF = 0x0a;

/**
 * Cuts a stream of bytes into lines, each with its line break; the last one may lack it. Holds one chunk and one line.
 */
export async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  let parts: Buffer[] = [];
  for await (const chunk of chunks) {
    let at = 0;
    for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, at)) {
      const piece = chunk.subarray(at, end + 1);
      at = end + 1;
      if (parts.length === 0) {
        yield piece;
      } else {
        yield Buffer.concat([...parts, piece]);
        parts = [];
      }
    }
    if (at < chunk.length) parts.push(chunk.subarray(at));
  }
  if (parts.length > 0) yield Buffer.concat(parts);
}
