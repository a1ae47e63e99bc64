import { positionOf, tidy } from '../../src/mapping/column-name.ts';
import { FILE_PRESETS } from './catalog.ts';
import { FILE_PRESET_NAMES, type FilePresetName } from './names.ts';

/** A preset that a header fits, and how well. */
export interface Recognised {
  preset: FilePresetName;
  /** `HubSpot contacts: 9 of 10 columns`. */
  reason: string;
  title: string;
  /** How many of the columns that tell this export are there, and how many there are. */
  found: number;
  of: number;
}

/** Fewer columns than this are shared by everything that has contacts. */
const FEWEST = 4;
/** Below it another export is as likely. */
const LEAST_SHARE = 0.6;

/**
 * The preset whose telling columns a header has the greatest share of; undefined when none has enough, or two have the same share. It
 * is only a proposal: nothing is read by a preset that was not named.
 *
 * @param header names of the columns, in any case
 */
export function recognise(header: readonly string[]): Recognised | undefined {
  const names = header.map(tidy);
  const there = (column: string | readonly string[]) => [column].flat().some((one) => positionOf(one, names) >= 0);
  const fitting = FILE_PRESET_NAMES.map((preset) => {
    const { telling, title } = FILE_PRESETS[preset];
    const found = telling.filter(there).length;
    return { preset, title, found, of: telling.length, reason: `${title}: ${found} of ${telling.length} columns` };
  })
    .filter(({ found, of }) => found >= FEWEST && found / of >= LEAST_SHARE)
    .sort((a, b) => b.found / b.of - a.found / a.of || b.found - a.found);
  const [best, next] = fitting;
  if (best === undefined) return undefined;
  return next !== undefined && next.found * best.of === best.found * next.of && next.found === best.found
    ? undefined
    : best;
}
