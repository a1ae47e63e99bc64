import { SourceError } from '../error.ts';
import type { Dialect } from './dialect.ts';

/** Files that are often taken for CSV, by their first bytes in hex, and the way out. */
const OTHERS: readonly [start: string, is: string, next: string][] = [
  ['504b0304', 'is a spreadsheet or an archive', 'Export or unpack it as CSV.'],
  ['504b0506', 'is an empty archive', 'Export it once more, as CSV.'],
  ['d0cf11e0', 'is a spreadsheet or an archive', 'Export or unpack it as CSV.'],
  ['25504446', 'is a PDF document', 'Export it as CSV.'],
  ['377abcaf', 'is an archive (7z)', 'Unpack it first.'],
  ['425a68', 'is packed with bzip2', 'Unpack it first, or pack it with gzip.'],
  ['fd377a58', 'is packed with xz', 'Unpack it first, or pack it with gzip.'],
  ['28b52ffd', 'is packed with zstd', 'Unpack it first, or pack it with gzip.'],
];

/** A page instead of an export, as a server sends it to whoever is not logged in. */
const PAGE = /^\s*<(!doctype|html|\?xml)/i;

/** NUL bytes are looked for in so many bytes: exports that begin with them have them everywhere. */
const LOOKED_AT = 4096;

/**
 * @param head the first bytes of a file, unpacked
 * @throws SourceError when they are of a kind that is no table of text
 */
export function refuseOtherFormats(head: Buffer, place: string): void {
  const hex = head.toString('hex', 0, 8);
  for (const [start, is, next] of OTHERS)
    if (hex.startsWith(start)) throw new SourceError('not-csv', place, `${is}. ${next}`);
  if (PAGE.test(head.toString('latin1', 0, 64)))
    throw new SourceError('not-csv', place, 'is a page or XML, no table. Export it as CSV.');
  if (hex.startsWith('fffe0000') || hex.startsWith('0000feff'))
    throw new SourceError('bad-encoding', place, 'is UTF-32. Save it as UTF-8.');
}

/** The encoding that a byte order mark tells. */
export function markedEncoding(head: Uint8Array): string | undefined {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return 'utf-8';
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  return head[0] === 0xfe && head[1] === 0xff ? 'utf-16be' : undefined;
}

/**
 * UTF-16 without a mark, by where NUL bytes stand: every second byte of what is written in Latin letters is one. One letter
 * in five is enough, delimiters and digits included, so that Greek or Chinese exports are known too.
 */
export function utf16In(head: Uint8Array): string | undefined {
  const bytes = head.subarray(0, LOOKED_AT);
  const nuls = [0, 0];
  for (const [at, byte] of bytes.entries()) if (byte === 0) nuls[at & 1]!++;
  const [even, odd] = nuls as [number, number];
  const enough = bytes.length / 10;
  if (odd > enough && odd > even * 10) return 'utf-16le';
  return even > enough && even > odd * 10 ? 'utf-16be' : undefined;
}

/** Whether it is JSON, by how its text begins; a name that ends in .ndjson or .jsonl says so as well. */
export function formatOf(text: string, name: string): Dialect['format'] {
  if (/\.(ndjson|jsonl)(\.gz)?$/i.test(name)) return 'ndjson';
  if (/^\ufeff?\s*\{\s*["}]/.test(text)) return 'ndjson';
  return /^\ufeff?\s*\[\s*[{\]]/.test(text) ? 'json' : 'csv';
}

/** Whether the first line ends with a carriage return alone. Quoted cells may hold line breaks of another kind. */
export function endsInReturns(text: string): boolean {
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (character === '\n') return false;
    else if (character === '\r') return at + 1 < text.length && text[at + 1] !== '\n';
  }
  return false;
}
