import { parse } from 'lossless-json';
import type { Parsed } from './parse.ts';

/**
 * Only with so many digits, or an exponent, a number may be more than a double keeps. Numbers begin behind a sign of JSON,
 * which digits in texts hardly ever do: the exact parser takes ten times as long, and every batch has ids like `7e4f`.
 */
const FRAGILE = /(?:^|[:,[\s])-?(?:\d{16}|\d+(?:\.\d+)?[eE])/;

/** Reads JSON. The parsers' own messages are not passed on: they quote the body. */
export function parseJson(text: string): Parsed {
  try {
    return { value: FRAGILE.test(text) ? exactly(text) : (JSON.parse(text) as unknown) };
  } catch {
    return { fault: 'the body is not valid JSON: look at what the sender builds' };
  }
}

/** `JSON.parse` turns the id 706405506930370084 into 706405506930370000. Of a name that stands twice the last value counts. */
function exactly(text: string): unknown {
  return parse(text, undefined, { parseNumber: exactNumber, onDuplicateKey: ({ newValue }) => newValue });
}

function exactNumber(text: string): number | string {
  const number = Number(text);
  const exact = Number.isInteger(number) ? Number.isSafeInteger(number) : Number.isFinite(number);
  return exact ? number : text;
}
