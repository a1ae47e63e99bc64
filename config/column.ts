import { z } from 'zod';
import { FIELD_LIST, fieldNamed, nearestField } from '../src/mapping/field-name.ts';
import { nearest } from '../src/mapping/nearest.ts';
import { parseTemplate } from '../src/mapping/template.ts';
import { COUNTRY, checked, didYouMean, TIME_ZONE } from './region.ts';

const texts = z.array(z.string());
const oneOrMany = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);

/** A field of a contact. */
export const FIELD_NAME = checked((name) => {
  if (fieldNamed(name) !== undefined) return undefined;
  const near = nearestField(name);
  return `there is no field "${name}". ${near === undefined ? `Use one of ${FIELD_LIST}` : `Did you mean ${near}?`}`;
});

/** Texts that fit, of one column or several: all columns have to. */
export const CONDITIONS = z.record(
  z.string(),
  z.union([oneOrMany.or(z.literal('')), z.strictObject({ not: z.union([z.string(), texts]) })]),
);

/** What a format, a country or a separator is for. Which of them a type takes, TYPES says. */
const SETTINGS = {
  format: oneOrMany
    .optional()
    .describe('Of date and datetime: iso (default), excel, or a pattern like dd.MM.yyyy HH:mm; several may be listed.'),
  locale: z
    .string()
    .optional()
    .describe('How numbers and names of months are written, and which words say yes and no: de, en, fr, de-CH.'),
  timezone: TIME_ZONE.optional(),
  country: COUNTRY.optional(),
  split: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Of list: what stands between the entries; a semicolon unless set. Of email and phone: what stands between several, of which the first is taken.',
    ),
  join: z.string().optional().describe('Of list: what is put between the entries in a field that holds one text.'),
  part: z.enum(['number', 'extension']).optional().describe('Of phone: which part of the cell is meant.'),
  accept: z
    .enum(['valid', 'possible'])
    .optional()
    .describe('Of phone: valid (default) takes numbers of a range in use, possible any of the right length.'),
  percent: z.enum(['as_written', 'fraction']).optional().describe('Of number: whether 12 % is 12 (default) or 0.12.'),
  true: texts.optional().describe('Of boolean: more words that say yes.'),
  false: texts.optional().describe('Of boolean: more words that say no.'),
  empty: z.boolean().optional().describe('Of boolean: what an empty cell says, where only a cross says yes.'),
  trim: z.boolean().optional().describe('Of text: whether space around it goes; true unless set.'),
  max_length: z.int().positive().optional().describe('Of text: most characters.'),
  ids_of: z
    .enum(['salesforce', 'zoho'])
    .optional()
    .describe('Of text: whose record ids these are, brought into the spelling that their events have.'),
  scheme: z.enum(['http', 'https']).optional().describe('Of url: put before an address that has none.'),
  treat_as_empty: texts.optional().describe('Words that mean an empty cell: [NULL, -].'),
};

type SettingName = keyof typeof SETTINGS;

/** Which settings a type takes. */
export const TYPES = {
  text: ['trim', 'max_length', 'ids_of', 'treat_as_empty'],
  email: ['split', 'treat_as_empty'],
  phone: ['country', 'split', 'part', 'accept', 'treat_as_empty'],
  number: ['locale', 'percent', 'treat_as_empty'],
  boolean: ['locale', 'true', 'false', 'empty', 'treat_as_empty'],
  date: ['format', 'locale', 'timezone', 'treat_as_empty'],
  datetime: ['format', 'locale', 'timezone', 'treat_as_empty'],
  list: ['split', 'join', 'treat_as_empty'],
  url: ['scheme', 'treat_as_empty'],
} as const satisfies Record<string, readonly SettingName[]>;

const TYPE_NAMES = Object.keys(TYPES) as (keyof typeof TYPES)[];
/** Names of all settings of types. */
export const SETTING_NAMES = Object.keys(SETTINGS) as SettingName[];

const TREATMENT = {
  type: z
    .enum(TYPE_NAMES, {
      error: ({ input }) => didYouMean(`there is no type "${input}"`, String(input), TYPE_NAMES, 'text'),
    })
    .optional()
    .describe('How the cell is read: see docs/values.md. Without a type it has to be as Chatwoot wants it.'),
  ...SETTINGS,
  required: z.boolean().optional().describe('An empty cell makes the row invalid.'),
  default: z.string().optional().describe('Stands for an empty cell.'),
  lookup: z
    .record(z.string(), z.string())
    .optional()
    .describe('Text of the cell to the text that is meant; of a list for each entry.'),
  unknown: z
    .enum(['refuse', 'keep', 'drop'])
    .optional()
    .describe(
      'What becomes of a text that is not in lookup: the row is invalid (refuse, default), it is taken as it is, or the field is left alone.',
    ),
  when: CONDITIONS.optional().describe(
    'The field is set only in rows that fit: column to text, texts, or { not: texts }.',
  ),
  optional: z.boolean().optional().describe('The column may be missing in a file.'),
};

const named = (shape: object) => ({
  error: (issue: z.core.$ZodRawIssue) => {
    if (issue.code !== 'unrecognized_keys') return undefined;
    const near = issue.keys.map((key) => nearest(key, Object.keys(shape))).filter((one) => one !== undefined);
    return near.length === 0 ? undefined : `Did you mean ${near.join(', ')}?`;
  },
});

const COLUMN_SHAPE = { to: FIELD_NAME.describe('The field that the column sets.'), ...TREATMENT };

/** What becomes of a column: its field, false for nothing, or a field with a type and settings. */
export const COLUMN = z.union([
  FIELD_NAME,
  z.literal(false),
  z.strictObject(COLUMN_SHAPE, named(COLUMN_SHAPE)).superRefine(agree),
]);

const TEMPLATE = checked((template) => {
  const parsed = parseTemplate(template);
  if ('fault' in parsed) return parsed.fault;
  if (parsed.some((part) => typeof part === 'object')) return undefined;
  return 'names no column: write {Column}, or { value: the text } for what is the same for all rows';
});

const FIELD_SHAPE = {
  template: TEMPLATE.optional().describe('Columns joined: {First Name} {Last Name}; {Column|text} for an empty one.'),
  first_of: texts.min(1).optional().describe('Columns of which the first that is filled counts.'),
  value: z.string().optional().describe('A text that is the same for all rows.'),
  ...TREATMENT,
};

/** What a field is made of that no single column holds. */
export const COMPOSED = z.union([
  TEMPLATE,
  z
    .strictObject(FIELD_SHAPE, named(FIELD_SHAPE))
    .superRefine(agree)
    .refine(
      ({ template, first_of, value }) => [template, first_of, value].filter((one) => one !== undefined).length === 1,
      'takes exactly one of template, first_of and value',
    ),
]);

type Treated = { type?: keyof typeof TYPES | undefined; lookup?: unknown; unknown?: unknown } & Partial<
  Record<SettingName, unknown>
>;

/** Settings that do not belong to the type, each at its own path. */
function agree(rule: Treated, context: z.core.$RefinementCtx): void {
  const taken: readonly string[] = rule.type === undefined ? [] : TYPES[rule.type];
  for (const setting of SETTING_NAMES) {
    if (rule[setting] === undefined || taken.includes(setting)) continue;
    const owners = TYPE_NAMES.filter((type) => (TYPES[type] as readonly string[]).includes(setting));
    const message =
      rule.type === undefined
        ? `needs a type: ${owners.join(', ')}`
        : `does not belong to type ${rule.type}, which takes ${taken.join(', ')}; it goes with ${owners.join(', ')}`;
    context.addIssue({ code: 'custom', path: [setting], message });
  }
  if (rule.unknown !== undefined && rule.lookup === undefined)
    context.addIssue({ code: 'custom', path: ['unknown'], message: 'goes with lookup: add the table or leave it out' });
}
