import { type Json, numberText, toJsonText } from './json.ts';
import { dropNulls, midnightDay } from './value.ts';

/**
 * JSON texts by which a source may have wanted the value that the desk shows: each is the same to it (`sameValue`). The
 * list is not whole, and need not be: a spelling that is missing costs a look-up.
 */
export function spellings(shown: Json | undefined): string[] {
  const value = dropNulls(shown ?? null);
  const texts = [toJsonText(value)];
  const number = numberText(value);
  // `5.0` stays so on the desk, which calls it the same as `5`.
  if (number !== undefined && Number.isSafeInteger(Number(number))) texts.push(String(Number(number)));
  const day = typeof value === 'string' ? midnightDay(value) : undefined;
  if (day !== undefined) texts.push(JSON.stringify(day));
  return [...new Set(texts)];
}

/** The same for a field that holds text or nothing, like the name: blank and null are one to it. */
export function textSpellings(shown: Json | undefined): string[] {
  return shown === '' || shown === null || shown === undefined ? ['null', '""'] : spellings(shown);
}
