/**
 * Quotes a cell for CSV where needed. Semicolon and tab count as well whatever the delimiter is: a spreadsheet of
 * another locale splits there, and what follows could start a formula.
 */
function quoteCell(cell: string, delimiter: string): string {
  if (!/[";,\t\r\n]|^\s|\s$/.test(cell) && !cell.includes(delimiter)) return cell;
  return `"${cell.replaceAll('"', '""')}"`;
}

/** One CSV line with its CRLF, as RFC 4180 and Excel want it. */
export function csvLine(cells: readonly string[], delimiter = ','): string {
  return `${cells.map((cell) => quoteCell(cell, delimiter)).join(delimiter)}\r\n`;
}
