/** A CSV file from its header and rows; cells are quoted where they have to be. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return [header, ...rows].map((cells) => cells.map(quoted).join(',')).join('\n');
}

/** A CSV file from rows by column; a column that a row does not name is empty. */
export function records(rows: readonly Record<string, string>[]): string {
  const header = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return table(
    header,
    rows.map((row) => header.map((name) => row[name] ?? '')),
  );
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
