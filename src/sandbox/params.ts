import type { IncomingHttpHeaders } from 'node:http';
import { isObject, type Json, type JsonObject, parseBody } from './json.ts';

/**
 * The parameters of a request as Rails sees them: query string, then body over it. Undefined stands for its 400.
 * A body counts only with a JSON or form content type; anything else, or none, is ignored without a word (observed).
 */
export function paramsOf(query: string, headers: IncomingHttpHeaders, body: Buffer): JsonObject | undefined {
  let params: JsonObject;
  try {
    params = nested(query);
    const type = (headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
    if (type === 'application/x-www-form-urlencoded') return { ...params, ...nested(body.toString('utf8')) };
    if (type !== 'application/json' && type !== 'text/x-json' && type !== 'application/jsonrequest') return params;
  } catch {
    return undefined;
  }
  const value = parseBody(body);
  if (value === undefined) return undefined;
  return isObject(value) ? { ...params, ...value } : params;
}

/** Rack's nesting: `a=1`, `labels[]=x`, `custom_attributes[plan]=pro`. Throws on broken percent-encoding. */
export function nested(query: string): JsonObject {
  const params: JsonObject = {};
  for (const pair of query.split('&')) {
    if (pair === '') continue;
    const cut = pair.indexOf('=');
    const key = decoded(cut < 0 ? pair : pair.slice(0, cut));
    place(params, key, cut < 0 ? null : decoded(pair.slice(cut + 1)));
  }
  return params;
}

function place(params: JsonObject, key: string, value: Json): void {
  const path = /^([^[\]]+)((?:\[[^[\]]*\])*)$/.exec(key);
  if (!path) {
    params[key] = value;
    return;
  }
  const name = path[1]!;
  const rest = [...path[2]!.matchAll(/\[([^[\]]*)\]/g)].map((match) => match[1]!);
  const first = rest[0];
  if (first === undefined) params[name] = value;
  else if (first === '') {
    const held = params[name];
    params[name] = [...(Array.isArray(held) ? held : []), value];
  } else {
    const held = params[name];
    const inner: JsonObject = isObject(held) ? held : {};
    params[name] = inner;
    place(
      inner,
      rest.length > 1
        ? `${first}${rest
            .slice(1)
            .map((part) => `[${part}]`)
            .join('')}`
        : first,
      value,
    );
  }
}

function decoded(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '));
}
