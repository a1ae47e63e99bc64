/**
 * Whether a text is a complete http or https address. Parsed and thrown away, because `URL.canParse` of Node 20 gives
 * another answer for `https://exämple.com` once it was called some thousand times (observed on 20.20).
 */
export function isWebAddress(text: string): boolean {
  // \s, because the URL parser drops line breaks and encodes spaces where the desk's would not.
  if (!/^https?:\/\/[^\s/]/i.test(text) || /\s/.test(text)) return false;
  try {
    return new URL(text).host !== '';
  } catch {
    return false;
  }
}
