/** Whether a character can part cells: one of ASCII that neither quotes nor ends lines. */
export function isDelimiter(text: string): boolean {
  return /^[\t\x20-\x7e]$/.test(text) && text !== '"';
}
