import { z } from 'zod';
import { MATCH_KEYS } from '../src/contact/change.ts';
import { ACCOUNTS, type AccountPlace, CHATWOOT } from './account.ts';
import { REMEMBER_FOR, REMEMBER_MEMORY } from './memory.ts';
import { DESK_SHARE, PACE, RATE } from './pace.ts';
import { DELIMITER, DOWNLOAD, ENCODING } from './reading.ts';
import { REDIS } from './redis.ts';
import { SERVE, SOURCES } from './source.ts';

/** Guard rails that can be let pass by name. */
export const RAILS = ['changed', 'failed', 'column', 'shrunk'] as const;

const seconds = (text: string) => z.number().positive().describe(text);

/** The default of Chatwoot's own limit (RACK_ATTACK_LIMIT). */
export const DEFAULT_RATE = 3000;

/**
 * Every setting: its key in `contact-sync.yaml`, meaning, default and, in ENVIRONMENT, its variable. docs/configuration.md
 * and .env.example are generated from it.
 */
export const CONFIG = z
  .strictObject({
    version: z
      .literal(1, {
        error: 'is none that this program reads. Write version: 1, or take a newer contact-sync for this file',
      })
      .default(1)
      .describe('Of the form of this file.'),
    chatwoot: CHATWOOT.prefault({}),
    accounts: ACCOUNTS.default({}).describe('Further accounts by name, for --account; see "Several accounts".'),
    redis: REDIS.prefault({}),
    data_dir: z
      .string()
      .min(1)
      .default('.contact-sync')
      .describe('Where the local Redis and copies of standard input are kept.'),
    report_dir: z
      .string()
      .min(1)
      .default('reports')
      .describe('Where every run gets a directory for its report. With --report-dir one run names its own.'),
    log_level: z
      .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'])
      .default('info')
      .describe('Least important log line that is written.'),
    match: z
      .array(z.enum(MATCH_KEYS))
      .default([])
      .describe(
        'Keys that find a contact, in order. Default: the key columns of the file, of which the first with a value decides.',
      ),
    map: z
      .record(z.string(), z.string())
      .default({})
      .describe('Column to field, for columns that are not named like a field.'),
    encoding: ENCODING,
    delimiter: DELIMITER,
    download: DOWNLOAD.prefault({}),
    on_missing: z
      .enum(['report', 'create'])
      .default('report')
      .describe('What becomes of a row whose contact does not exist: it is reported, or the contact is created.'),
    empty_cells: z
      .enum(['leave', 'clear'])
      .default('leave')
      .describe('Whether an empty cell leaves the field alone or clears it.'),
    trust: z
      .enum(['remembered', 'live'])
      .default('remembered')
      .describe('Whether a row may be unchanged by what is remembered of its contact, or Chatwoot is always asked.'),
    remember_for: REMEMBER_FOR,
    remember_memory: REMEMBER_MEMORY,
    lookup: z
      .enum(['auto', 'filter', 'account'])
      .default('auto')
      .describe('How contacts are looked up: the cheapest way, by filter, or by reading the whole account.'),
    undo: z
      .boolean()
      .default(true)
      .describe('Keep former values, so that a run can be undone. A row matched by id is read first for it.'),
    undo_for: z.number().positive().default(30).describe('How long a run can be undone, in days.'),
    undo_key: z
      .string()
      .min(1)
      .optional()
      .describe('Encrypts the former values that are kept. In the environment or a file; refused in YAML.'),
    drop_conflicting: z
      .boolean()
      .default(false)
      .describe('Leave out a value that another contact has, and write the rest of the row.'),
    max_changed: z
      .number()
      .min(0)
      .max(100)
      .default(80)
      .describe('Guard rail: the run stops when it would overwrite values of more than this percent of the contacts.'),
    max_failed: z
      .number()
      .min(0)
      .max(100)
      .default(20)
      .describe(
        'Guard rail: the run stops when more than this percent of the first 50 writes (then of all) are refused.',
      ),
    allow: z
      .array(z.enum(RAILS))
      .default([])
      .describe('Guard rails that are off. Better given for one run with --allow.'),
    pace: PACE,
    desk_share: DESK_SHARE,
    rate: RATE.optional().describe(
      `Most calls a minute, of all processes together. Default: ${DEFAULT_RATE}, or what another process chose within the last hour.`,
    ),
    concurrency: z
      .int()
      .min(1)
      .max(500)
      .optional()
      .describe('Most calls in flight in one process. Default: 8 with pace auto, 2 with fixed.'),
    high_water: z
      .int()
      .min(100)
      .default(20_000)
      .describe('Reading a source pauses while more changes than this wait in Redis.'),
    give_up_after: seconds(
      'A run stops (exit 3) when Chatwoot or Redis was away this long, in seconds; it can be continued.',
    ).default(1800),
    outage_steps: z
      .strictObject({
        first: seconds('First pause when Chatwoot is down, in seconds; doubles with each try.').default(1),
        longest: seconds('Longest pause between two tries, in seconds.').default(60),
      })
      .prefault({}),
    public_url: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe('Address by which senders of webhooks reach serve; needed where the address is signed (HubSpot).'),
    quarantine_days: z
      .number()
      .positive()
      .default(30)
      .describe(
        'How long an event that could not be used is kept for a replay, in days. It holds the values it came with.',
      ),
    serve: SERVE.prefault({}),
    sources: SOURCES.default({}).describe(
      'Where changes come from, by name: senders of webhooks (docs/webhooks.md), files of a CRM (docs/mapping.md), or both.',
    ),
  })
  .describe('contact-sync.yaml');

/** The configuration as one account has it: what stands under `chatwoot`, rate and share are those of that account. */
export type Config = z.infer<typeof CONFIG> & {
  /** Its name under `accounts`; `default` for the one under `chatwoot`. */
  account: string;
  /** Every account of the configuration, as far as it says where that is. */
  places: readonly AccountPlace[];
};

/** Environment variable to key. A variable wins over the file, a flag over both. `<NAME>` is an account's, in capitals. */
export const ENVIRONMENT: Record<string, string> = {
  CHATWOOT_BASE_URL: 'chatwoot.base_url',
  CHATWOOT_ACCOUNT_ID: 'chatwoot.account_id',
  CHATWOOT_API_ACCESS_TOKEN: 'chatwoot.api_access_token',
  'CHATWOOT_API_ACCESS_TOKEN_<NAME>': 'accounts.<name>.api_access_token',
  REDIS_URL: 'redis.url',
  CONTACT_SYNC_DATA_DIR: 'data_dir',
  LOG_LEVEL: 'log_level',
  CONTACT_SYNC_UNDO_KEY: 'undo_key',
  CONTACT_SYNC_PUBLIC_URL: 'public_url',
  CONTACT_SYNC_OPERATOR_TOKEN: 'serve.operator_token',
};

/** Key to flag, where there is one. */
export const FLAGS: Record<string, string> = {
  'chatwoot.insecure': '--insecure',
  'chatwoot.ca': '--ca',
  log_level: '--log-level',
  match: '--match',
  map: '--map',
  encoding: '--encoding',
  delimiter: '--delimiter',
  'download.header_env': '--header-env',
  on_missing: '--on-missing',
  empty_cells: '--empty-cells',
  trust: '--trust',
  lookup: '--lookup',
  undo: '--no-undo',
  drop_conflicting: '--drop-conflicting',
  max_changed: '--max-changed',
  max_failed: '--max-failed',
  allow: '--allow',
  'pace.mode': '--pace',
  rate: '--rate',
  desk_share: '--desk-share',
  concurrency: '--concurrency',
};

/** Names a file that holds the value instead, as container secrets do. */
export const FILE_VARIABLES: Record<string, string> = {
  CHATWOOT_API_ACCESS_TOKEN_FILE: 'chatwoot.api_access_token',
  'CHATWOOT_API_ACCESS_TOKEN_<NAME>_FILE': 'accounts.<name>.api_access_token',
  CONTACT_SYNC_UNDO_KEY_FILE: 'undo_key',
  CONTACT_SYNC_OPERATOR_TOKEN_FILE: 'serve.operator_token',
  REDIS_URL_FILE: 'redis.url',
};
