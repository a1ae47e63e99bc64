import { z } from 'zod';
import { MATCH_KEYS } from '../src/contact/change.ts';
import { COLUMN, COMPOSED, CONDITIONS, FIELD_NAME } from './column.ts';
import { FILE_PRESET_NAMES } from './presets/names.ts';
import { OF_SOURCE } from './reading.ts';
import { COUNTRY, TIME_ZONE } from './region.ts';

/** What the files of a source hold: where they are, which column sets which field, and how its cells are read. */
export const FILE = z.strictObject({
  ...OF_SOURCE,
  preset: z
    .enum(FILE_PRESET_NAMES)
    .optional()
    .describe('What the files are an export of: stands under all that is said here (docs/presets.md).'),
  timezone: TIME_ZONE.optional().describe('Time zone of dates and times whose column names none: Europe/Berlin.'),
  country: COUNTRY.optional().describe('Country of phone numbers whose column names none: DE.'),
  locale: z.string().optional().describe('Locale of numbers, dates and yes and no whose column names none: de.'),
  match: z
    .array(z.enum(MATCH_KEYS))
    .default([])
    .describe(
      'Keys that find a contact, in order. Default: the key columns of the file, the first with a value decides.',
    ),
  empty_cells: z
    .enum(['leave', 'clear'])
    .optional()
    .describe('Whether an empty cell leaves the field alone or clears it. Default: empty_cells of all files.'),
  observed_at: z
    .union([
      z.string().min(1),
      z.strictObject({
        column: z.string().min(1).describe('The column that says when the row was last changed in the CRM.'),
        format: z
          .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
          .optional()
          .describe('As of type datetime.'),
        locale: z.string().optional().describe('As of type datetime.'),
        timezone: TIME_ZONE.optional().describe('As of type datetime. Default: timezone of the file.'),
      }),
    ])
    .optional()
    .describe('Column with the time at which a row was last changed: an older row overwrites no newer value.'),
  where: CONDITIONS.default({}).describe(
    'Rows that do not fit are skipped: column to text, texts, or { not: texts }. All columns have to fit.',
  ),
  columns: z
    .record(z.string().min(1), COLUMN)
    .default({})
    .describe('Column to field, to false to leave it out, or to a field with a type and settings.'),
  fields: z
    .record(FIELD_NAME, COMPOSED)
    .default({})
    .describe('Field to what no single column holds: a template, the first of several columns, or a constant.'),
  conflicts: z
    .enum(['refuse', 'allow'])
    .default('refuse')
    .describe('Whether rows are refused of which one e-mail address has several identifiers, or the other way round.'),
});

/** As the configuration gives it. */
export type FileSection = z.infer<typeof FILE>;

/**
 * Whether it says anything of what its columns mean. One that says only where files are and how they are read leaves that to
 * what the events of its source set.
 */
export function saysColumns(file: FileSection): boolean {
  const said = Object.entries(file).filter(([key]) => !(key in OF_SOURCE));
  return JSON.stringify(said) !== JSON.stringify(Object.entries(FILE.parse({})));
}
