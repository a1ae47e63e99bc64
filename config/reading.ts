import { z } from 'zod';
import { isAddress } from '../src/source/address.ts';
import { isDelimiter } from '../src/source/csv/delimiter-sign.ts';
import { encodingNamed } from '../src/source/decode/encoding.ts';

const encoding = z.string().transform((label, context) => {
  const name = label === 'auto' ? label : encodingNamed(label);
  if (name !== undefined) return name;
  const message =
    'is no encoding that can be read: use auto, utf-8, utf-16le, windows-1252, macintosh, shift_jis or another';
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
});

const delimiter = z.string().transform((text, context) => {
  const sign = text === 'tab' || text === '\\t' ? '\t' : text;
  if (sign === 'auto' || isDelimiter(sign)) return sign;
  context.addIssue({ code: 'custom', message: 'is no delimiter: use auto, tab or one character like ; or |' });
  return z.NEVER;
});

const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'is no name of an environment variable');

/** The encoding of files, as it is kept: `latin1` and `windows-1252` are the same. */
export const ENCODING = encoding
  .default('auto')
  .describe(
    'Encoding of files: auto, utf-8, utf-16le, windows-1252, iso-8859-15, macintosh, shift_jis and others. A byte order mark wins over it.',
  );

/** What parts the cells of files, as one character. */
export const DELIMITER = delimiter
  .default('auto')
  .describe('What parts the cells of files: auto, tab, or one character. auto: comma, semicolon, tab or |, by trial.');

/** How a source is got that is an address of the web. */
export const DOWNLOAD = z.strictObject({
  header_env: variable
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

/** Where the files of one source are and how they are read; what it does not say is as for all files. */
export const OF_SOURCE = {
  url: z
    .string()
    .superRefine((text, context) => {
      const message = addressFault(text);
      if (message !== undefined) context.addIssue({ code: 'custom', message });
    })
    .optional()
    .describe('Address that its file is downloaded from when a command names none.'),
  header_env: variable
    .optional()
    .describe(
      'Environment variable with the header to send to the host of url; without url to an address that the command names. Default: download.header_env.',
    ),
  encoding: encoding.optional().describe('Encoding of its files. Default: encoding of all files.'),
  delimiter: delimiter.optional().describe('What parts the cells of its files. Default: delimiter of all files.'),
};

/** What keeps it from being downloaded from. The address itself is not repeated: it may hold a password. */
function addressFault(text: string): string | undefined {
  if (!isAddress(text) || !URL.canParse(text)) return 'is no address of the web: write https://host/path';
  const { username, password } = new URL(text);
  return username === '' && password === ''
    ? undefined
    : 'holds a user or a password, which belong into a header: leave them out, and name its variable with header_env';
}
