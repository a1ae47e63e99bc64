import { z } from 'zod';
import { isMany, parsePath } from '../src/source/webhook/path.ts';

const path = (text: string) =>
  z
    .string()
    .min(1)
    .superRefine((value, context) => {
      const parsed = parsePath(value);
      if ('fault' in parsed) context.addIssue({ code: 'custom', message: parsed.fault });
    })
    .describe(text);

const single = (text: string) =>
  path(text).refine((value) => {
    const parsed = parsePath(value);
    return 'fault' in parsed || !isMany(parsed.path);
  }, 'leads to several values: use [*] in items only, or a place like [0]');

/** The settings of preset `json`: which JSON path of a delivery holds what. */
export const JSON_PRESET = z
  .strictObject({
    items: path(
      'Where the events stand in the body, like data[*]. Absent: the body is one event, or a list of them.',
    ).optional(),
    id: single("The change's own id, which stays the same when a delivery is repeated.").optional(),
    observed_at: single('When it became so: ISO-8601 with a zone, or seconds or milliseconds since 1970.').optional(),
    subject: single("The record's id in the CRM; it becomes the value id.").optional(),
    deleted: z
      .strictObject({
        path: single('What tells that the record is gone.'),
        equals: z.union([z.string(), z.number(), z.boolean()]).describe('What stands there then.'),
      })
      .optional()
      .describe('How a deleted record is known.'),
    values: z
      .record(z.string().min(1), single('JSON path of the value.'))
      .refine((values) => Object.keys(values).length > 0, 'name at least one value and its path')
      .describe('Name for the mapping, and the path of its value.'),
  })
  .describe('Where in the JSON of a sender stands what. Every path but items begins at one event.');
