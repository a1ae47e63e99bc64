import { TextDecoder } from 'node:util';

/** Encodings in which every byte is one character, as the encoding standard of the web names them. */
const SINGLE_BYTE = /^(ibm866|iso-8859-\d+(-i)?|koi8-[ru]|macintosh|windows-\d+|x-mac-cyrillic)$/;

/**
 * The name by which an encoding is kept: `latin1`, `iso-8859-1` and `cp1252` are all `windows-1252`, as on the web. Undefined
 * for what Node cannot decode.
 */
export function encodingNamed(label: string): string | undefined {
  const name = label
    .trim()
    .toLowerCase()
    .replace(/^cp(?=125\d$)/, 'windows-')
    .replace(/^utf(?=8$|16)/, 'utf-');
  try {
    return new TextDecoder(name).encoding;
  } catch {
    return undefined;
  }
}

/** Whether every byte of it is one character. */
export function isSingleByte(encoding: string): boolean {
  return SINGLE_BYTE.test(encoding);
}

/** 0x80 to 0x9F of windows-1252. Some versions of Node 22 and 23 take these bytes for control characters. */
const WINDOWS_1252 = '€\ufffd‚ƒ„…†‡ˆ‰Š‹Œ\ufffdŽ\ufffd\ufffd‘’“”•–—˜™š›œ\ufffdžŸ';

/** The 128 characters above ASCII of a single-byte encoding; U+FFFD where it has none. */
export function upperHalf(encoding: string): string[] {
  const bytes = Uint8Array.from({ length: 128 }, (_, index) => index + 128);
  if (encoding === 'windows-1252') return [...WINDOWS_1252, ...Buffer.from(bytes.subarray(32)).toString('latin1')];
  return [...new TextDecoder(encoding).decode(bytes)];
}
