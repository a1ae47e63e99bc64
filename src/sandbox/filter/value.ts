import { isObject, type Json } from '../json.ts';
import { Halt, serverError } from '../reply.ts';

/** Ruby's `values[0]`: the first item, the first character of a text, null for an object. */
export function firstOf(values: Json): Json {
  if (Array.isArray(values)) return values[0] ?? null;
  if (typeof values === 'string') return [...values][0] ?? null;
  return isObject(values) ? null : values;
}

/** Rails' `blank?`. */
export function isBlank(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === false) return true;
  if (typeof value === 'string') return value.trim() === '';
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) && Object.keys(value).length === 0;
}

/** The patterns of `contains`: stripped, wrapped in %, the wildcards inside left as they are. A value that is no text is 500. */
export function likePatterns(values: Json): RegExp[] {
  const items = Array.isArray(values) ? values : [values];
  return items.map((item) => {
    if (typeof item !== 'string') throw new Halt(serverError());
    return likeExpression(`%${item.trim()}%`, 'iu');
  });
}

/** SQL's LIKE as a regular expression: % any text, _ one character, backslash quotes. */
export function likeExpression(pattern: string, flags: 'iu' | 'u'): RegExp {
  let source = '';
  for (let at = 0; at < pattern.length; at += 1) {
    const char = pattern[at]!;
    if (char === '%') source += '[^]*';
    else if (char === '_') source += '[^]';
    else if (char === '\\' && at + 1 < pattern.length) {
      at += 1;
      source += literal(pattern[at]!);
    } else source += literal(char);
  }
  return new RegExp(`^${source}$`, flags);
}

function literal(char: string): string {
  return char.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');
}
