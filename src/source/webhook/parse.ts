import { isUtf8 } from 'node:buffer';
import { parseForm } from './form.ts';
import { parseJson } from './json.ts';
import { pruned } from './prune.ts';
import { parseXml } from './xml.ts';

/** The body of a delivery, or why it cannot be read: a sentence without a value of it that ends with the next step. */
export type Parsed = { value: unknown } | { fault: string };

/**
 * Reads a body by its content type: JSON (also when no type is given), a form with dotted or bracketed names, XML. All
 * three come out as plain JSON values; integers beyond 2^53 are texts with all their digits, everything in a form or in
 * XML is text. Names that could reach an object's prototype are dropped, the rest of the body counts.
 */
export function parseBody(raw: Buffer, contentType: string | undefined): Parsed {
  if (contentType === 'application/json') return parseText(raw, parseJson);
  const [type = '', ...parameters] = (contentType ?? 'application/json')
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  const read = readerOf(type);
  if (read === undefined) return { fault: 'this content type is not read: send application/json' };
  const charset = parameters
    .find((part) => part.startsWith('charset='))
    ?.slice(8)
    .replaceAll('"', '');
  if (charset !== undefined && !['utf-8', 'utf8', 'us-ascii'].includes(charset)) {
    return { fault: 'the body is declared in another charset than UTF-8: send UTF-8' };
  }
  return parseText(raw, read);
}

function parseText(raw: Buffer, read: (text: string) => Parsed): Parsed {
  const text = decode(raw);
  if (text === undefined) return { fault: 'the body is not UTF-8: send UTF-8' };
  if (text.trim() === '') return { fault: 'the body is empty: send the event as the body' };
  const parsed = read(text);
  return 'fault' in parsed ? parsed : pruned(parsed.value);
}

function readerOf(type: string): ((text: string) => Parsed) | undefined {
  if (/^(application|text)\/([\w.-]+\+)?json$/.test(type)) return parseJson;
  if (/^(application|text)\/([\w.-]+\+)?xml$/.test(type)) return parseXml;
  return type === 'application/x-www-form-urlencoded' ? parseForm : undefined;
}

/** Strict, because a name with replaced characters would be written to the desk as if it were right. */
function decode(raw: Buffer): string | undefined {
  if (!isUtf8(raw)) return undefined;
  const text = raw.toString('utf8');
  // A byte order mark is no part of the text.
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}
