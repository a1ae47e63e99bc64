import { FILE, type FileSection } from '../file-source.ts';
import { FILE_PRESETS } from './catalog.ts';

/** A section with what its preset stands for, under what it says itself. */
export interface Expanded {
  section: FileSection;
  /** Columns that are left out on purpose, and why. */
  notes: Record<string, string>;
  /** The column of times may be missing: only the preset speaks of it. */
  observedOptional: boolean;
}

/**
 * Puts what a preset says under what a section says: a column or a field that the section speaks of is the section's alone. A
 * preset's own times count only where a time zone is known, for to guess one would be to order changes wrongly.
 */
export function expand(file: FileSection): Expanded {
  if (file.preset === undefined) return { section: file, notes: {}, observedOptional: false };
  const preset = FILE_PRESETS[file.preset];
  const base = FILE.parse(preset.file);
  const notes: Record<string, string> = {};
  for (const column of preset.consent) notes[column.toLowerCase()] = 'consent, left out on purpose';
  const { observed_at: proposed, ...rest } = base;
  const zoned = file.timezone !== undefined || typeof proposed === 'string';
  const own = file.observed_at === undefined;
  if (typeof proposed === 'object' && own && !zoned)
    notes[proposed.column.toLowerCase()] = 'orders nothing without a time zone: give one in a source of files';
  const columnsSaid = new Set(Object.keys(file.columns).map((column) => column.toLowerCase()));
  const fieldsSaid = new Set([
    ...Object.values(file.columns).flatMap((said) =>
      said === false ? [] : [typeof said === 'string' ? said : said.to],
    ),
    ...Object.keys(file.fields),
  ]);
  const kept = Object.entries(base.columns).filter(([column, said]) => {
    const field = typeof said === 'object' ? said.to : said;
    return !columnsSaid.has(column.toLowerCase()) && !(typeof field === 'string' && fieldsSaid.has(field));
  });
  const section: FileSection = {
    ...rest,
    ...(zoned && proposed !== undefined ? { observed_at: proposed } : {}),
    ...file,
    match: file.match.length > 0 ? file.match : base.match,
    columns: { ...Object.fromEntries(kept), ...file.columns },
    fields: {
      ...withoutColumns(base.fields, columnsSaid, fieldsSaid),
      ...file.fields,
    },
  };
  return { section, notes, observedOptional: own };
}

/** A column that the section speaks of is no longer one of several that a field of the preset is taken from. */
function withoutColumns(
  fields: FileSection['fields'],
  columnsSaid: ReadonlySet<string>,
  fieldsSaid: ReadonlySet<string>,
): FileSection['fields'] {
  const kept = Object.entries(fields).flatMap(([field, said]): [string, typeof said][] => {
    if (fieldsSaid.has(field)) return [];
    if (typeof said === 'string' || said.first_of === undefined) return [[field, said]];
    const left = said.first_of.filter((column) => !columnsSaid.has(column.toLowerCase()));
    return left.length === 0 ? [] : [[field, { ...said, first_of: left }]];
  });
  return Object.fromEntries(kept);
}
