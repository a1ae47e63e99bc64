/** One spelling for names from the file and from the command line; see `checkHeader`. */
export function tidy(name: string): string {
  return name.normalize('NFKC').replace(/\s+/g, ' ').trim();
}

/** Position of a column, by its tidy name; -1 when there is none. Exactly, or else whatever the case when that leaves no doubt. */
export function positionOf(column: string, names: string[]): number {
  const exact = names.indexOf(column);
  if (exact >= 0) return exact;
  const lower = column.toLowerCase();
  const alike = names.flatMap((name, index) => (name.toLowerCase() === lower ? [index] : []));
  return alike.length === 1 ? (alike[0] as number) : -1;
}

/** Names of columns, for people. */
export function quoted(names: string[]): string {
  return names.map((name) => `"${name}"`).join(', ');
}
