import { z } from 'zod';
import { ADDRESS, TOKEN } from './address.ts';
import { RATE, SHARE } from './pace.ts';

/** The account under `chatwoot`, where an account is named: `--account`, `sources.<name>.account`. */
export const DEFAULT_ACCOUNT = 'default';

const seconds = (text: string) => z.number().positive().describe(text);

/** A server of Chatwoot, an account there, and how it is reached. */
const SETTINGS = {
  base_url: ADDRESS.optional().describe('Address of the Chatwoot server, as you open it in the browser.'),
  account_id: z
    .int()
    .positive()
    .optional()
    .describe("The account's number: the one behind /accounts/ in Chatwoot's address."),
  api_access_token: TOKEN.optional().describe(
    'Token of an administrator (profile settings, at the bottom). In the environment or a file; refused in YAML.',
  ),
  api_access_token_file: z.string().min(1).optional().describe('File that holds the token and nothing else.'),
  timeout: seconds('Longest wait for one answer, in seconds. The desk itself gives up at 15.').default(20),
  ca: z
    .string()
    .optional()
    .describe('PEM file of the authority of a private Chatwoot; public ones are not believed then.'),
  insecure: z
    .boolean()
    .default(false)
    .describe('Allow plain http to a host that is not this machine. The token is readable on the way.'),
  rate_window: seconds("Length of Chatwoot's rate window, in seconds; 60 on every real server.").default(60),
};

export const CHATWOOT = z.strictObject(SETTINGS);

/** Without a server of its own an account is on that of `chatwoot`, and what it does not say is as it is there. */
const ACCOUNT = z.strictObject({
  ...SETTINGS,
  base_url: SETTINGS.base_url.describe('Address of its Chatwoot server. Default: that of chatwoot.'),
  api_access_token: SETTINGS.api_access_token.describe(
    'Token of an administrator of it. Only by environment or file. Default, on the server of chatwoot: the token there.',
  ),
  timeout: SETTINGS.timeout.unwrap().optional().describe('As chatwoot.timeout.'),
  insecure: SETTINGS.insecure.unwrap().optional().describe('As chatwoot.insecure.'),
  rate_window: SETTINGS.rate_window.unwrap().optional().describe('As chatwoot.rate_window.'),
  rate: RATE.optional().describe('Most calls a minute to its server. Default: rate.'),
  desk_share: SHARE.optional().describe('Percent of its server that may be taken. Default: desk_share.'),
});

/** Where an account is. */
export interface AccountPlace {
  name: string;
  baseUrl: string;
  accountId: number;
}

/** What a name may be. `..._FILE` is the variable that names a file. */
const NAME = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'use small letters, digits and -, at most 40')
  .refine((name) => name !== DEFAULT_ACCOUNT, 'that is what the account under chatwoot is called; take another name')
  .refine(
    (name) => !/(^|-)file$/.test(name),
    'its variable would be taken for one that names a file; take another name',
  );

/** Accounts by name. */
export const ACCOUNTS = z.record(NAME, ACCOUNT);

/** An account's name as it stands in a variable. */
export function inVariable(name: string): string {
  return name.toUpperCase().replaceAll('-', '_');
}
