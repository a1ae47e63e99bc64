import { FILE } from '../config/file-source.ts';
import { FILE_PRESETS } from '../config/presets/catalog.ts';
import { expand } from '../config/presets/expand.ts';
import { FILE_PRESET_NAMES } from '../config/presets/names.ts';

/** A row for each preset of files: its name, what it finds contacts by, what it sets, what orders its rows, what it leaves alone. */
export function filePresetRows(): string[][] {
  return FILE_PRESET_NAMES.map((preset) => {
    const { title, consent } = FILE_PRESETS[preset];
    const { section } = expand(FILE.parse({ preset, timezone: 'UTC' }));
    const { match, columns, fields, observed_at: observed } = section;
    const set = [
      ...Object.values(columns).flatMap((said) => (said === false ? [] : [typeof said === 'string' ? said : said.to])),
      ...Object.keys(fields),
    ];
    const time = typeof observed === 'object' ? `${observed.column} (with a time zone)` : (observed ?? '');
    const others = set.filter((field) => !(match as string[]).includes(field));
    return [`\`${preset}\``, title, match.join(', '), others.join(', '), time, consent.join(', ')];
  });
}
