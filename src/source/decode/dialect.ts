/**
 * How the bytes of a file are to be read. It is found out once, by looking at the whole file, and kept with the run as plain
 * data, so that every later reading (resume, retry, verify, needs-attention.csv) gives the same records.
 */
export interface Dialect {
  /** It is packed with gzip. All else is said of what it unpacks to. */
  gzip?: true;
  /** As the encoding standard of the web calls it, for example `windows-1252`. */
  encoding: string;
  format: 'csv' | 'ndjson' | 'json';
  /** One ASCII character; says nothing of JSON. */
  delimiter: string;
  /** A carriage return alone ends a line. */
  newline?: 'cr';
  /** Lines before the header that are none of its rows: a `sep=` line. */
  skip?: number;
  /** Records of one cell behind the last blank line are no rows. */
  footer?: 'salesforce-report';
  /** Of JSON: the names of all values, in the order in which they come up. They are its header. */
  keys?: string[];
}

/** UTF-8 with commas: what a file is that nothing else is said of. */
export const PLAIN: Readonly<Dialect> = { encoding: 'utf-8', format: 'csv', delimiter: ',' };

/** What the operator says of a file beforehand; `auto` where the file itself decides. */
export interface Wanted {
  encoding: string;
  /** One ASCII character, or `auto`. */
  delimiter: string;
}

/** Nothing is said: the file decides. */
export const AUTO: Readonly<Wanted> = { encoding: 'auto', delimiter: 'auto' };

/** Whether a file is read as every file once was: nothing has to be kept of that. */
export function isPlain(dialect: Dialect): boolean {
  return sameDialect(dialect, PLAIN);
}

/** Whether both give the same records of the same bytes; absent means plain. */
export function sameDialect(one: Dialect | undefined, other: Dialect | undefined): boolean {
  return textOf(one ?? PLAIN) === textOf(other ?? PLAIN);
}

function textOf(dialect: Dialect): string {
  return JSON.stringify(Object.entries(dialect).sort(([a], [b]) => (a < b ? -1 : 1)));
}
