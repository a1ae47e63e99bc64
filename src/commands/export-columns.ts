import { ConfigError } from '../../config/error.ts';
import type { FilePresetName } from '../../config/presets/names.ts';
import type { Config } from '../../config/schema.ts';
import { isKnownByEvents } from '../../config/source.ts';
import type { SourceColumns } from '../mapping/columns.ts';
import { fieldNamed } from '../mapping/field-name.ts';
import type { PlannedSource } from '../producer/source.ts';
import { presetOf } from '../source/webhook/presets/preset.ts';
import { unknownFieldsIn } from './event-sources.ts';
import { Refusal } from './failure.ts';
import { sourceNamed } from './source-named.ts';

/**
 * What a configured source of events sets, for an export of the same CRM; nothing when it says itself what its files hold, or
 * a preset does.
 * Its secrets are not looked at: nobody is proved to be anybody here.
 *
 * @throws Refusal when there is no such source, or its events write nothing; ConfigError when it sets unknown fields
 */
export function columnsOf(
  config: Pick<Config, 'sources' | 'account'>,
  name: string,
  subject: string | undefined,
  preset?: FilePresetName,
): SourceColumns {
  const found = sourceNamed(config, name);
  const subjected = subject === undefined ? {} : { subject };
  const mapped = { name, map: {}, match: [], ...subjected };
  if (!isKnownByEvents(found)) return mapped;
  const { preset: sender, json, map, match } = found;
  if (sender === 'chatwoot')
    throw new Refusal(`${name} is the desk itself: its events write nothing. Name the source of the CRM.`);
  if (preset !== undefined) return mapped;
  const faults = unknownFieldsIn(map).map((text) => `sources.${name}.${text}`);
  if (faults.length > 0) throw new ConfigError(faults);
  return { name, map: { ...presetOf(sender, json).map, ...map }, match, ...subjected };
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
