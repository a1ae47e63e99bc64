import { FILE_PRESETS } from '../../config/presets/catalog.ts';
import { recognise } from '../../config/presets/recognise.ts';
import type { ColumnSettings } from './file-mapping-of.ts';

/** Programs whose columns are fields already. What they leave out is left out with their preset as well. */
const NEEDS_NONE: ReadonlySet<string> = new Set(['chatwoot-export']);

/**
 * What is said of a file that looks like a known export, once, when nothing says what its columns mean: a mapping of the
 * user's is never second-guessed.
 */
export function proposePreset({
  map,
  mapping,
}: Pick<ColumnSettings, 'map' | 'mapping'>): (header: string[]) => string | undefined {
  if (mapping !== undefined || Object.keys(map).length > 0) return () => undefined;
  return (header) => {
    const found = recognise(header);
    if (found === undefined || NEEDS_NONE.has(found.preset)) return undefined;
    const { title } = FILE_PRESETS[found.preset];
    return `looks like ${title} (${found.found} of ${found.of} columns): --preset ${found.preset} maps them.`;
  };
}
