import { DEFAULT_ACCOUNT, inVariable } from './account.ts';
import { ConfigError } from './error.ts';
import type { Config } from './schema.ts';

/** What talking to Chatwoot needs. */
export interface ChatwootAccess {
  baseUrl: string;
  accountId: number;
  token: string;
  /** PEM text of a private certificate authority; whoever opens `chatwoot.ca` adds it. */
  ca?: string;
}

/**
 * The access settings, or every one that is missing at once.
 *
 * @throws ConfigError
 */
export function accessOf(config: Config): ChatwootAccess {
  const faults = missingIn([config]);
  if (faults.length > 0) throw new ConfigError(faults);
  const { base_url, account_id, api_access_token } = config.chatwoot;
  return { baseUrl: base_url!.replace(/\/+$/, ''), accountId: account_id!, token: api_access_token! };
}

/** Everything that one of the accounts lacks to be talked to. */
export function missingIn(configs: readonly Config[]): string[] {
  return configs.flatMap(({ chatwoot, account, accounts }) => accessFaults(chatwoot, account, Object.keys(accounts)));
}

/** What setting an account is told with, for texts that say what to do. */
export function namesOf(account: string): { address: string; number: string; token: string } {
  if (account === DEFAULT_ACCOUNT) {
    return { address: 'CHATWOOT_BASE_URL', number: 'CHATWOOT_ACCOUNT_ID', token: 'CHATWOOT_API_ACCESS_TOKEN' };
  }
  const key = `accounts.${account}`;
  return {
    address: `${key}.base_url`,
    number: `${key}.account_id`,
    token: `CHATWOOT_API_ACCESS_TOKEN_${inVariable(account)}`,
  };
}

/**
 * What is missing to talk to Chatwoot. Values of the wrong kind are not judged: the schema did that.
 *
 * @param others names of accounts that could have been meant instead
 */
export function accessFaults(
  settings: Record<string, unknown>,
  account: string,
  others: readonly string[] = [],
): string[] {
  const key = account === DEFAULT_ACCOUNT ? 'chatwoot' : `accounts.${account}`;
  const { address, number, token } = namesOf(account);
  const faults: string[] = [];
  const { base_url, account_id, api_access_token, insecure } = settings;
  if (base_url === undefined)
    faults.push(`${key}.base_url is missing. Set ${address}, for example https://desk.example.com.`);
  else if (insecure !== true && isPlain(base_url)) {
    faults.push(
      `${key}.base_url is plain http, which shows the token to everybody on the way. Use https, or give --insecure.`,
    );
  }
  if (account_id === undefined) {
    const meant = account === DEFAULT_ACCOUNT && others.length > 0;
    const or = meant ? `, or name one of the accounts with --account: ${others.join(', ')}` : '';
    faults.push(`${key}.account_id is missing. Set ${number} to the number behind /accounts/ in the address${or}.`);
  }
  if (api_access_token === undefined) {
    faults.push(
      `${key}.api_access_token is missing. Set ${token} to an administrator's token (profile settings), or ${key}.api_access_token_file.`,
    );
  }
  return faults;
}

/** Plain http to another machine. */
function isPlain(url: unknown): boolean {
  if (typeof url !== 'string' || !URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === 'http:' && !isLoopback(hostname);
}

export function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname === '[::1]' ||
    /^127(\.\d{1,3}){3}$/.test(hostname) ||
    hostname.endsWith('.localhost')
  );
}
