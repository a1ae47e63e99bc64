import { ConfigError } from '../../config/error.ts';
import type { Config } from '../../config/schema.ts';
import type { SourceColumns } from '../mapping/columns.ts';
import { fieldNamed } from '../mapping/field-name.ts';
import { nearest } from '../mapping/nearest.ts';
import type { PlannedSource } from '../producer/source.ts';
import { presetOf } from '../source/webhook/presets/preset.ts';
import { unknownFieldsIn } from './event-sources.ts';
import { Refusal } from './failure.ts';

/**
 * What a configured source of events sets, for an export of the same CRM. Its secrets are not looked at: nobody is proved
 * to be anybody here.
 *
 * @throws Refusal when there is no such source, or its events write nothing; ConfigError when it sets unknown fields
 */
export function columnsOf(
  { sources, account }: Pick<Config, 'sources' | 'account'>,
  name: string,
  subject: string | undefined,
): SourceColumns {
  // Not by looking it up: `constructor` is no source.
  const found = Object.entries(sources).find(([known]) => known === name)?.[1];
  if (found === undefined) throw new Refusal(unknownSource(name, Object.keys(sources)));
  if (found.account !== account)
    throw new Refusal(`${name} is a source of the account ${found.account}. Give --account ${found.account}.`);
  const { preset, json, map, match } = found;
  if (preset === 'chatwoot')
    throw new Refusal(`${name} is the desk itself: its events write nothing. Name the source of the CRM.`);
  const faults = unknownFieldsIn(map).map((text) => `sources.${name}.${text}`);
  if (faults.length > 0) throw new ConfigError(faults);
  const columns = { name, map: { ...presetOf(preset, json).map, ...map }, match };
  return subject === undefined ? columns : { ...columns, subject };
}

/** Fields that the source is configured to set and no column of a file sets; what its preset maps besides is not counted. */
export function missingIn(
  { sources }: Pick<Config, 'sources'>,
  name: string,
  { plan }: Pick<PlannedSource, 'plan'>,
): string[] {
  const there = new Set(plan?.columns.map(({ field }) => field));
  const wanted = Object.values(sources[name]!.map).map((field) => fieldNamed(field)!);
  return [...new Set(wanted)].filter((field) => !there.has(field));
}

function unknownSource(name: string, known: readonly string[]): string {
  if (known.length === 0) return `There is no source ${name}: none is configured. See docs/webhooks.md.`;
  const near = nearest(name, known);
  const next = near === undefined ? `Use one of ${known.join(', ')}.` : `Did you mean ${near}?`;
  return `There is no source ${name}; configured are ${known.join(', ')}. ${next}`;
}
