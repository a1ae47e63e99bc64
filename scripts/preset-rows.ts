import { PRESETS } from '../src/source/webhook/presets/preset.ts';

/** For each preset: its name, what its values are called and mean, and which of them set a field by themselves. */
export function presetRows(): string[][] {
  return Object.values(PRESETS).map(({ name, fields, map }) => [
    `\`${name}\``,
    Object.entries(fields)
      .map(([value, meaning]) => `\`${value}\`: ${meaning}`)
      .join('; '),
    Object.entries(map)
      .map(([value, field]) => (value === field ? `\`${value}\`` : `\`${value}\` → \`${field}\``))
      .join(', ') || 'nothing',
  ]);
}
