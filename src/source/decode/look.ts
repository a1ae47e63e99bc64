import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { delimiterOf, footerIn, separatorIn } from '../csv/delimiter.ts';
import { type Fingerprint, LineCount } from '../fingerprint.ts';
import { AUTO, type Dialect, isPlain, PLAIN, type Wanted } from './dialect.ts';
import { LineEnds } from './line-ends.ts';
import { noteOfBytes, noteOfFooter, noteOfText } from './note.ts';
import { endsInReturns, formatOf, markedEncoding, refuseOtherFormats, utf16In } from './sniff.ts';
import { isUtf8ForTheMost, Utf8Tally } from './tally.ts';
import { transcoderFrom } from './transcode.ts';
import { isGzip, unpacked } from './unpack.ts';

/** A file after it was read once from end to end. */
export interface Looked extends Fingerprint {
  /** How it is read; absent when it is plain. */
  dialect?: Dialect;
  /** What the operator should know about it, in sentences. */
  notes: string[];
}

/** Enough for the header and fifty rows of nearly every export. */
const HEAD = 128 * 1024;
/** More than any footer has. */
const TAIL = 8 * 1024;
const CHUNK = 256 * 1024;

/**
 * Reads a file to its end, once: what it is (size, digest, lines) and how it is to be read. Its encoding is told by, in this
 * order, a byte order mark, `wanted`, the places of NUL bytes, and whether all of it is UTF-8; else it is windows-1252.
 *
 * @param place the path as the operator gave it, for the error text; its ending may tell JSON
 * @throws SourceError when it is no table of text, or damaged
 */
export async function lookAt(file: string, place: string, wanted: Readonly<Wanted> = AUTO): Promise<Looked> {
  const hash = createHash('sha256');
  let size = 0;
  async function* raw(): AsyncGenerator<Buffer> {
    for await (const chunk of createReadStream(file, { highWaterMark: CHUNK })) {
      hash.update(chunk as Buffer);
      size += (chunk as Buffer).length;
      yield chunk as Buffer;
    }
  }
  const packed = await beginningOf(raw(), 2);
  const gzip = isGzip(packed.head);
  const { head, chunks } = await beginningOf(gzip ? unpacked(packed.chunks, place) : packed.chunks, HEAD);
  refuseOtherFormats(head, place);

  const said = wanted.encoding === 'auto' ? undefined : wanted.encoding;
  const known = markedEncoding(head) ?? said ?? utf16In(head);
  const transcoder = transcoderFrom(known ?? 'utf-8');
  const beginning = transcoderFrom(known ?? 'utf-8')?.push(head) ?? head;
  const format = formatOf(beginning.toString('utf8', 0, 4096), place);
  const returns = format === 'csv' && endsInReturns(beginning.toString());
  const lineCount = new LineCount(returns ? CR : LF);
  const tally = known === undefined ? new Utf8Tally() : undefined;
  // Loaded only now: most files are CSV, and every command waits for what is loaded.
  const names = format === 'csv' ? undefined : new (await import('../json/names.ts')).Names(format, place);
  let tail: Buffer = Buffer.alloc(0);
  const take = (text: Buffer) => {
    lineCount.update(text);
    names?.push(text);
    tail = text.length >= TAIL ? text.subarray(-TAIL) : Buffer.concat([tail, text]).subarray(-TAIL);
  };
  for await (const chunk of chunks) {
    tally?.push(chunk);
    take(transcoder?.push(chunk) ?? chunk);
  }
  if (transcoder !== undefined) take(transcoder.end());

  const counted = lineCount.finish();
  const looked = { size, sha256: hash.digest('hex'), ...counted };
  if (counted.blank) return { ...looked, notes: [] };
  const tallied = tally?.finish();
  const guessed = tallied !== undefined && format === 'csv' && !isUtf8ForTheMost(tallied, counted.lines);
  const encoding = known ?? (guessed ? 'windows-1252' : 'utf-8');
  const dialect: Dialect = { encoding, format, delimiter: PLAIN.delimiter, ...(gzip ? { gzip } : {}) };
  if (names !== undefined) return { ...looked, dialect: { ...dialect, keys: names.finish() }, notes: [] };

  const read = (text: Buffer) => {
    const decoded = guessed ? transcoderFrom(encoding)!.push(text) : text;
    return returns ? new LineEnds().push(decoded) : decoded;
  };
  const text = read(beginning);
  if (returns) dialect.newline = 'cr';
  const separator = separatorIn(text.toString('utf8', 0, 32));
  if (separator !== undefined) dialect.skip = 1;
  const asked = wanted.delimiter === 'auto' ? separator : wanted.delimiter;
  dialect.delimiter = delimiterOf(text, head.length < HEAD, dialect.skip, asked);
  const footer = footerAt(read(tail), text, dialect);
  if (footer > 0) dialect.footer = 'salesforce-report';
  const notes = [
    guessed ? noteOfBytes(tallied) : noteOfText(text, dialect, said !== undefined),
    footer > 0 ? noteOfFooter(footer) : undefined,
  ].filter((note) => note !== undefined);
  return { ...looked, ...(isPlain(dialect) ? {} : { dialect }), notes };
}

const LF = 0x0a;
const CR = 0x0d;

/** Records of a footer at the end; none of a file of one column, where every row would look like one. */
function footerAt(tail: Buffer, head: Buffer, { delimiter, skip }: Dialect): number {
  const lines = head.toString('utf8').split('\n');
  if (!(lines[skip ?? 0] ?? '').includes(delimiter)) return 0;
  // The line that the tail begins with may be half a line, or half a character.
  return footerIn(tail.subarray(tail.length < TAIL ? 0 : tail.indexOf(LF) + 1), delimiter);
}

/** The first bytes, at least so many if there are, and all chunks with them once more. */
async function beginningOf(
  chunks: AsyncGenerator<Buffer>,
  least: number,
): Promise<{ head: Buffer; chunks: AsyncGenerator<Buffer> }> {
  const first: Buffer[] = [];
  let size = 0;
  while (size < least) {
    const next = await chunks.next();
    if (next.done === true) break;
    first.push(next.value);
    size += next.value.length;
  }
  const head = Buffer.concat(first);
  async function* all(): AsyncGenerator<Buffer> {
    if (head.length > 0) yield head;
    yield* chunks;
  }
  return { head, chunks: all() };
}
