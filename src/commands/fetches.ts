import type { Config } from '../../config/schema.ts';
import { EventMapping } from '../events/event-mapping.ts';
import type { RecordClientOptions } from '../fetch/client.ts';
import { presetOf } from '../source/webhook/presets/preset.ts';
import { FROM_ENVIRONMENT, unknownFieldsIn } from './event-sources.ts';

/** A source whose records are fetched, as configured. */
export interface ConfiguredFetch {
  mapping: EventMapping;
  client: RecordClientOptions;
  /** JSON path to the values. */
  values: string;
  /** Requests a second. */
  rate: number;
  attempts: number;
}

/** What a header can carry. */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]+$/;

/** The account's sources whose records are fetched, and what is wrong with them: each fault with the path of its key. */
export function fetchesOf(
  { sources, account }: Pick<Config, 'sources' | 'account'>,
  env: Record<string, string | undefined>,
): { made: ConfiguredFetch[]; faults: string[] } {
  const faults: string[] = [];
  const made: ConfiguredFetch[] = [];
  for (const [name, { preset, json, match, map, fetch, account: of }] of Object.entries(sources)) {
    if (fetch === undefined || of !== account) continue;
    const wrong = faultsIn(fetch.headers, env);
    faults.push(...wrong.map((text) => `sources.${name}.fetch.headers.${text}`));
    if (wrong.length > 0 || unknownFieldsIn(map).length > 0) continue;
    const headers = Object.entries(fetch.headers).map(([header, value]) => [
      header.toLowerCase(),
      headerOf(value, env)!,
    ]);
    made.push({
      mapping: new EventMapping({ name, preset: presetOf(preset, json), match, map, fetches: true }),
      client: {
        url: fetch.url,
        headers: Object.fromEntries(headers),
        timeoutMs: fetch.timeout * 1000,
        allowPrivate: fetch.allow_private,
      },
      values: fetch.values,
      rate: fetch.rate,
      attempts: fetch.attempts,
    });
  }
  return { made, faults };
}

function faultsIn(headers: Readonly<Record<string, string>>, env: Record<string, string | undefined>): string[] {
  return Object.entries(headers).flatMap(([header, value]) => {
    const name = FROM_ENVIRONMENT.exec(value)?.[1];
    if (name !== undefined && !env[name]) return [`${header}: the variable ${name} is not set. Set it.`];
    if (HEADER_VALUE.test(headerOf(value, env)!)) return [];
    return [`${header}: holds a sign that no header can carry, such as the end of a line. Take it out.`];
  });
}

function headerOf(value: string, env: Record<string, string | undefined>): string | undefined {
  const name = FROM_ENVIRONMENT.exec(value)?.[1];
  return name === undefined ? value : env[name];
}
