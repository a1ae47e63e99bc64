import { DEFAULT_ACCOUNT } from './account.ts';

/** Settings before they are checked: any of them may be of the wrong kind. */
export type Raw = Record<string, unknown>;

/** The section under a key; empty when there is none, or it is no section. */
export function sectionIn(raw: Raw, key: string): Raw {
  const found = Object.hasOwn(raw, key) ? raw[key] : undefined;
  return typeof found === 'object' && found !== null && !Array.isArray(found) ? (found as Raw) : {};
}

/**
 * What holds for an account: on the server of `chatwoot` what it does not say is as it is there, the token included. To a
 * server of its own nothing of that is sent.
 */
export function settingsIn(raw: Raw, account: string): Raw {
  const chatwoot = sectionIn(raw, 'chatwoot');
  if (account === DEFAULT_ACCOUNT) return chatwoot;
  const own = sectionIn(sectionIn(raw, 'accounts'), account);
  if (own.base_url !== undefined) return own;
  const { account_id: _, ...shared } = chatwoot;
  return { ...shared, ...own };
}

/** Every account: the one under `chatwoot` if it has a number or is the only one, and those under `accounts`. */
export function accountsIn(raw: Raw): string[] {
  const named = Object.keys(sectionIn(raw, 'accounts')).filter((name) => name !== DEFAULT_ACCOUNT);
  const first = named.length === 0 || sectionIn(raw, 'chatwoot').account_id !== undefined;
  return first ? [DEFAULT_ACCOUNT, ...named] : named;
}

/** Kept by one limiter for a whole server, so its accounts cannot differ there; with the default. */
const OF_THE_SERVER = [
  ['rate_window', 60],
  ['rate', undefined],
  ['desk_share', 50],
] as const;

/** What does not fit together: between two accounts, and between sources and accounts. */
export function faultsBetween(raw: Raw): string[] {
  const names = accountsIn(raw);
  const faults: string[] = [];
  for (const [i, name] of names.entries()) {
    const mine = settingsIn(raw, name);
    const server = serverOf(mine);
    if (server === undefined) continue;
    const other = names.slice(0, i).find((before) => serverOf(settingsIn(raw, before)) === server);
    if (other === undefined) continue;
    const theirs = settingsIn(raw, other);
    for (const [setting, byDefault] of OF_THE_SERVER) {
      const [here, there] = [mine, theirs].map((one) => one[setting] ?? raw[setting] ?? byDefault);
      if (here === there) continue;
      const at =
        other === DEFAULT_ACCOUNT
          ? `${setting === 'rate_window' ? 'chatwoot.' : ''}${setting}`
          : `accounts.${other}.${setting}`;
      faults.push(
        `accounts.${name}.${setting}: differs from ${at}, and both accounts are on one server, which has one limit. Give both the same.`,
      );
    }
    const same = names
      .slice(0, i)
      .find((one) => serverOf(settingsIn(raw, one)) === server && settingsIn(raw, one).account_id === mine.account_id);
    if (same === undefined || mine.account_id === undefined) continue;
    faults.push(
      `accounts.${name}.account_id: that account is the one under ${same === DEFAULT_ACCOUNT ? 'chatwoot' : `accounts.${same}`} already. Leave one of them out.`,
    );
  }
  for (const [source, settings] of Object.entries(sectionIn(raw, 'sources'))) {
    const account = sectionIn({ settings }, 'settings').account ?? DEFAULT_ACCOUNT;
    if (account === DEFAULT_ACCOUNT || typeof account !== 'string' || names.includes(account)) continue;
    faults.push(`sources.${source}.account: ${unknownAccount(account, names)}`);
  }
  return faults;
}

/** That there is no such account, and which there are. */
export function unknownAccount(account: string, known: readonly string[]): string {
  return `there is no account "${account}". Configured are: ${known.join(', ')}.`;
}

/** Two spellings of an address are one server. */
function serverOf({ base_url }: Raw): string | undefined {
  return typeof base_url === 'string' && URL.canParse(base_url)
    ? new URL(base_url).href.replace(/\/+$/, '')
    : undefined;
}
