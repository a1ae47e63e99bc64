import { z } from 'zod';
import { MATCH_KEYS } from '../src/contact/change.ts';
import { PRESET_NAMES } from '../src/source/webhook/presets/names.ts';
import { DEFAULT_ACCOUNT } from './account.ts';
import { FETCH } from './fetch.ts';
import { FILE, saysColumns } from './file-source.ts';
import { JSON_PRESET } from './json-preset.ts';
import { VERIFY } from './verify.ts';

/** Of preset chatwoot. */
const DESK_WRITES_NOTHING = "the desk's own events set no field of the desk";

/** Only their events may carry an id and no values. */
const THIN_PRESETS: readonly string[] = ['hubspot', 'attio', 'intercom', 'zoho'];

/**
 * Where changes come from: a sender of webhooks (who it is, how it proves that, what its values set), files of a CRM (what
 * their columns set), or both.
 */
export const SOURCE = z
  .strictObject({
    preset: z
      .enum(['json', ...PRESET_NAMES])
      .optional()
      .describe('How its deliveries are read.'),
    json: JSON_PRESET.optional().describe('For preset json: which JSON path holds what.'),
    account: z
      .string()
      .default(DEFAULT_ACCOUNT)
      .describe(
        'The account whose contacts it changes, as it is named under accounts. Default: the one under chatwoot.',
      ),
    verify: VERIFY.optional().describe(
      'How it proves who it is. A secret is written env:NAME or file:/path, for a variable or a file that holds it.',
    ),
    match: z
      .array(z.enum(MATCH_KEYS))
      .default([])
      .describe('Keys that find a contact, in order. Default: those of an event, of which the first decides.'),
    map: z
      .record(z.string(), z.string())
      .default({})
      .describe('Value of an event to field. What is not mapped, here or by the preset, sets nothing.'),
    fetch: FETCH.optional().describe('How the record of an event that carries only an id is fetched.'),
    file: FILE.optional().describe('What its files hold; see docs/mapping.md.'),
    rate: z
      .int()
      .positive()
      .default(2000)
      .describe('Most deliveries a second; more are answered 429 (generic and json) or 503, to be sent again.'),
  })
  .refine(({ preset, file }) => preset !== undefined || file !== undefined, {
    message: 'says neither how deliveries are read (preset) nor what files hold (file)',
  })
  .refine(({ preset, verify }) => preset === undefined || verify !== undefined, {
    path: ['verify'],
    message: 'is needed with a preset: nobody else may send in its name',
  })
  .refine(({ preset, verify }) => preset !== undefined || verify === undefined, {
    path: ['preset'],
    message: 'is needed with verify: it says how deliveries are read',
  })
  .refine(({ preset, json }) => (preset === 'json') === (json !== undefined), {
    path: ['json'],
    message: 'goes with preset json, which needs it, and with no other',
  })
  .refine(({ preset, verify }) => preset === 'salesforce' || verify === undefined || !namesOrganization(verify), {
    path: ['verify', 'organization_id'],
    message: 'goes with preset salesforce: only its messages name an organisation',
  })
  .refine(({ preset, match }) => preset !== 'chatwoot' || match.length === 0, {
    path: ['match'],
    message: `${DESK_WRITES_NOTHING}: leave match out`,
  })
  .refine(({ preset, map }) => preset !== 'chatwoot' || Object.keys(map).length === 0, {
    path: ['map'],
    message: `${DESK_WRITES_NOTHING}: leave map out`,
  })
  .refine(({ preset, fetch }) => fetch === undefined || THIN_PRESETS.includes(preset ?? ''), {
    path: ['fetch'],
    message: `goes with presets whose events may carry only an id: ${THIN_PRESETS.join(', ')}`,
  });

function namesOrganization(verify: z.infer<typeof VERIFY>): boolean {
  return 'organization_id' in verify && verify.organization_id !== undefined;
}

/** A source that sends webhooks. */
export type Sender = z.infer<typeof SOURCE> & {
  preset: NonNullable<z.infer<typeof SOURCE>['preset']>;
  verify: z.infer<typeof VERIFY>;
};

/** Whether a source sends webhooks; one that does not is known by its files alone. */
export function isSender(source: z.infer<typeof SOURCE>): source is Sender {
  return source.preset !== undefined && source.verify !== undefined;
}

/**
 * Whether the columns of its exports are what its events set: it says nothing else of them, at most where its files are and how they
 * are read.
 */
export function isKnownByEvents(source: z.infer<typeof SOURCE>): source is Sender {
  return isSender(source) && (source.file === undefined || !saysColumns(source.file));
}

/** Sources by name: of a sender it is the last part of the address it is given. */
export const SOURCES = z.record(
  z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'use small letters, digits and -, at most 40'),
  SOURCE,
);

/** How `serve` listens. */
export const SERVE = z.strictObject({
  host: z.string().min(1).default('127.0.0.1').describe('Address that serve listens on.'),
  port: z.int().min(0).max(65_535).default(8080).describe('Port that serve listens on.'),
  body_limit: z
    .int()
    .min(1024)
    .max(5_242_880)
    .default(1_048_576)
    .describe('Largest delivery in bytes; 5 MiB at most, for batches of Segment.'),
  connections: z.int().positive().default(1000).describe('Most connections at once.'),
  operator_token: z
    .string()
    .min(16, { error: 'is too short for a secret: use 16 characters or more' })
    .optional()
    .describe(
      'Opens the web page, the queue and the metrics of serve. In the environment or a file; refused in YAML. Needed unless serve listens on loopback.',
    ),
});
