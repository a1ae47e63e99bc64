import { FILE_PRESETS } from '../../config/presets/catalog.ts';
import type { FilePresetName } from '../../config/presets/names.ts';
import { recognise } from '../../config/presets/recognise.ts';
import type { Proposals } from '../init/propose.ts';

/** The preset that was named, or the one that a header is recognised by. `wanted`: false for none. */
export function presetFor(
  header: readonly string[],
  wanted: string | boolean | undefined,
): { name: FilePresetName; reason: string } | undefined {
  if (wanted === false) return undefined;
  const found = recognise(header);
  if (typeof wanted === 'string' && wanted !== found?.preset)
    return {
      name: wanted as FilePresetName,
      reason: `${FILE_PRESETS[wanted as FilePresetName].title}, as it was named`,
    };
  return found && { name: found.preset, reason: found.reason };
}

/**
 * What is left to propose beside a preset: columns that it does not speak of and that are, or might be, attributes. A column that
 * the configuration names is no longer the preset's, so none of its own may be named.
 */
export function besidePreset({ columns }: Proposals, preset: FilePresetName): Proposals {
  const { file, consent, telling } = FILE_PRESETS[preset];
  const spoken = JSON.stringify([file, consent, telling]).toLowerCase();
  const isTheirs = (column: string) => spoken.includes(JSON.stringify(column).slice(1, -1).toLowerCase());
  const isAttribute = (field: string | undefined) => field?.startsWith('custom_attributes.') === true;
  return {
    columns: columns.filter(
      ({ column, to, instead }) => !isTheirs(column) && (isAttribute(to) || (to === undefined && isAttribute(instead))),
    ),
    fields: [],
    match: [],
  };
}
