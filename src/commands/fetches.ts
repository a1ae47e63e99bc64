import type { Config } from '../../config/schema.ts';
import { isSender } from '../../config/source.ts';
import { EventMapping } from '../events/event-mapping.ts';
import type { RecordClientOptions } from '../fetch/client.ts';
import { presetOf } from '../source/webhook/presets/preset.ts';
import { unknownFieldsIn } from './event-sources.ts';
import type { Environment } from './options.ts';
import { readSecret } from './secret.ts';

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
  env: Environment,
): { made: ConfiguredFetch[]; faults: string[] } {
  const faults: string[] = [];
  const made: ConfiguredFetch[] = [];
  for (const [name, configured] of Object.entries(sources)) {
    if (configured.account !== account || !isSender(configured)) continue;
    const { preset, json, match, map, fetch } = configured;
    if (fetch === undefined) continue;
    const headers: Record<string, string> = {};
    const wrong: string[] = [];
    for (const [header, text] of Object.entries(fetch.headers)) {
      const read = readSecret(text, env);
      if ('fault' in read) wrong.push(`${header}: ${read.fault}`);
      else if (HEADER_VALUE.test(read.value)) headers[header.toLowerCase()] = read.value;
      else wrong.push(`${header}: holds a sign that no header can carry, such as the end of a line. Take it out.`);
    }
    faults.push(...wrong.map((text) => `sources.${name}.fetch.headers.${text}`));
    if (wrong.length > 0 || unknownFieldsIn(map).length > 0) continue;
    made.push({
      mapping: new EventMapping({ name, preset: presetOf(preset, json), match, map, fetches: true }),
      client: {
        url: fetch.url,
        headers,
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
