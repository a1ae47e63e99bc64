import { hash } from 'node:crypto';
import type { MatchKey } from '../contact/change.ts';

/** Text of a number or boolean, spelt as JSON spells the bare literal. */
const QUOTED_LITERAL = /^"(-?(?:0|[1-9]\d*)(?:\.\d+)?|true|false)"$/;

/**
 * One text for values that `sameValue` calls the same for certain: the desk returns as text what was once sent as a number.
 * Values that are the same and have different texts (`5.0` and `5`, a day and its midnight) cost a look-up and no more, so
 * everything else stays the JSON text that it is.
 */
export function canonical(text: string): string {
  return QUOTED_LITERAL.exec(text)?.[1] ?? text;
}

/** Bytes of a fingerprint. With 32 bits a million rows a night would miss a change of a field within years, with 48 not. */
const FINGERPRINT_BYTES = 6;

/** What no value has: a field whose value is not known any more is remembered as this. */
export const NO_FINGERPRINT = '\0'.repeat(FINGERPRINT_BYTES);

/** A value's JSON text as 6 bytes, one character (U+0000 to U+00FF) each. SHA-256 is the quickest where the CPU knows it. */
export function fingerprint(text: string): string {
  return hash('sha256', canonical(text), 'binary').slice(0, FINGERPRINT_BYTES);
}

/**
 * A match key as 12 characters: the bucket it is in (four hexadecimal digits), then as bytes its name in there (four) and
 * what its contact keeps as a proof (four). All 80 bits have to agree, for a wrong guess would write to somebody else's
 * contact.
 */
export function keyOf(kind: MatchKey, value: string): string {
  // The desk compares e-mails without regard to case.
  const text = kind === 'email' ? value.toLowerCase() : value;
  const bytes = hash('sha256', `${kind}:${text}`, 'binary');
  const bucket = 0x10000 + bytes.charCodeAt(0) * 256 + bytes.charCodeAt(1);
  return bucket.toString(16).slice(1) + bytes.slice(2, 10);
}
