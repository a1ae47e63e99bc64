// What makes Excel, LibreOffice or Sheets compute a cell: OWASP's list with LF (2025) and the full-width forms.
const GUARDED = /^'*[=+\-@\t\r\n＝＋－＠]/;
const GUARD = /^'+[=+\-@\t\r\n＝＋－＠]/;

/**
 * Makes a cell harmless in a spreadsheet: one `'` in front of a cell that starts with a formula character, and also in
 * front of one that already starts with `'`s before such a character. Because of the second rule the guard can be taken
 * off without knowing what the cell was: `unguardFormula(guardFormula(x)) === x` for every text. The price is that
 * `'=x` is shown as `''=x`, and that a phone number stands there as `'+49…`.
 */
export function guardFormula(cell: string): string {
  return GUARDED.test(cell) ? `'${cell}` : cell;
}

/**
 * Takes one guarding `'` off. To be applied to a file that we wrote (our own columns are in its header), to the header
 * and to every cell. A spreadsheet that swallowed the `'` when it saved the file has done no harm: a cell that starts
 * with a bare formula character is left as it is.
 */
export function unguardFormula(cell: string): string {
  return GUARD.test(cell) ? cell.slice(1) : cell;
}
