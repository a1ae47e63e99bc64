import { z } from 'zod';
import { isDelimiter } from '../src/source/csv/delimiter-sign.ts';
import { encodingNamed } from '../src/source/decode/encoding.ts';

/** The encoding of files, as it is kept: `latin1` and `windows-1252` are the same. */
export const ENCODING = z
  .string()
  .transform((label, context) => {
    const name = label === 'auto' ? label : encodingNamed(label);
    if (name !== undefined) return name;
    const message =
      'is no encoding that can be read: use auto, utf-8, utf-16le, windows-1252, macintosh, shift_jis or another';
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  })
  .default('auto')
  .describe(
    'Encoding of files: auto, utf-8, utf-16le, windows-1252, iso-8859-15, macintosh, shift_jis and others. A byte order mark wins over it.',
  );

/** What parts the cells of files, as one character. */
export const DELIMITER = z
  .string()
  .transform((text, context) => {
    const sign = text === 'tab' || text === '\\t' ? '\t' : text;
    if (sign === 'auto' || isDelimiter(sign)) return sign;
    context.addIssue({ code: 'custom', message: 'is no delimiter: use auto, tab or one character like ; or |' });
    return z.NEVER;
  })
  .default('auto')
  .describe('What parts the cells of files: auto, tab, or one character. auto: comma, semicolon, tab or |, by trial.');

/** How a source is got that is an address of the web. */
export const DOWNLOAD = z.strictObject({
  header_env: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'is no name of an environment variable')
    .optional()
    .describe('Environment variable with a header to send, for example "Authorization: Bearer ...".'),
  max_size: z
    .int()
    .positive()
    .default(1_000_000_000)
    .describe('Most bytes that are taken from an address, as they come out of the connection.'),
  timeout: z
    .number()
    .positive()
    .max(86_400)
    .default(600)
    .describe('Longest time that a download may take, in seconds.'),
  allow_private: z
    .boolean()
    .default(false)
    .describe('Allow http and addresses of your own network to be downloaded from.'),
});
