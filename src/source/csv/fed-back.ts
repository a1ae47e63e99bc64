import type { Fault, Reason } from '../../run/reason.ts';

/** Our columns in needs-attention.csv, behind the input's own. */
export const ATTENTION_COLUMNS = ['_line', '_outcome', '_reason', '_message', '_hint', '_contact_url'] as const;

const OURS: ReadonlySet<string> = new Set(ATTENTION_COLUMNS);

/** Enough to know our file by, also when somebody removed the columns that are only there to be read. */
const TELLING = ['_line', '_outcome', '_reason'];

/** Reasons for which the record stands whole in the first column, because it could not be taken apart. */
const WHOLE: ReadonlySet<string> = new Set<Reason>([
  'row-malformed',
  'row-ragged',
  'cell-too-long',
  'nul-byte',
  'bad-text',
]);

/** Whether a file is a needs-attention.csv of ours that comes back: its cells are guarded against formulas. */
export function isFedBack(header: readonly string[]): boolean {
  return TELLING.every((name) => header.includes(name));
}

/** Whether a column is ours: it is read by people and never sent. */
export function isAttentionColumn(name: string): boolean {
  return OURS.has(name);
}

/** A record that comes back and must not pass for a good row, because nobody has spread it over the columns yet. */
export function leftOver(
  header: readonly string[],
  cells: readonly string[],
): { fault: Fault; raw: string } | undefined {
  const reason = cells[header.indexOf('_reason')] ?? '';
  if (!WHOLE.has(reason)) return undefined;
  const own = cells.filter((_, column) => !isAttentionColumn(header[column]!));
  if (own.length < 2 || own.slice(1).some((cell) => cell !== '')) return undefined;
  const detail = 'not repaired yet: spread it over the columns, or clear _reason';
  return { fault: { reason: reason as Reason, detail }, raw: own[0]! };
}
