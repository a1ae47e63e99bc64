import { accessFaults } from '../../config/access.ts';
import { ConfigError } from '../../config/error.ts';
import { type Membership, membershipsIn } from '../chatwoot/memberships.ts';
import { definitionsIn, preflight } from '../chatwoot/preflight.ts';
import { PROFILE } from '../chatwoot/role.ts';
import type { Definitions } from '../contact/attribute.ts';
import type { Console } from './console.ts';
import { Refusal } from './failure.ts';
import type { Environment } from './options.ts';
import { askerOf } from './plain-asker.ts';
import { canAsk, prompt } from './prompt.ts';
import { readSecret } from './secret.ts';

export interface AccessFlags {
  baseUrl?: string;
  accountId?: number;
  tokenEnv?: string;
  tokenFile?: string;
  insecure?: boolean;
  ca?: string;
}

/** An account that can be talked to. */
export interface FoundAccess {
  baseUrl: string;
  accountId: number;
  token: string;
  definitions: Definitions;
}

const TOKEN = 'CHATWOOT_API_ACCESS_TOKEN';
const NAMES = { address: '--base-url', number: '--account-id', token: TOKEN };

/**
 * Finds out which account is meant, by flags, the environment and questions in this order, and that it can be talked to.
 *
 * @throws ConfigError, Refusal or PreflightError with the next step
 */
export async function findAccess(flags: AccessFlags, console: Console, env: Environment): Promise<FoundAccess> {
  const ask = async (question: string, hidden = false) => (canAsk() ? prompt(question, { hidden }) : '');
  const baseUrl = (flags.baseUrl ?? env.CHATWOOT_BASE_URL ?? (await ask('Address of Chatwoot: '))).replace(/\/+$/, '');
  const token = tokenIn(flags, env) ?? (await ask('Token (profile settings of an administrator; not shown): ', true));
  const given = flags.accountId ?? numberIn(env.CHATWOOT_ACCOUNT_ID);
  if (baseUrl !== '' && !/^https?:\/\/[^/\s]/.test(baseUrl))
    throw new Refusal(
      'The address of Chatwoot is none. Give it with --base-url, for example https://desk.example.com.',
    );
  const faults = accessFaults(
    {
      ...(baseUrl === '' ? {} : { base_url: baseUrl }),
      ...(token === '' ? {} : { api_access_token: token }),
      insecure: flags.insecure,
      account_id: 1,
    },
    'default',
  );
  if (faults.length > 0) throw new ConfigError(faults);
  const chatwoot = { timeout: 20, ...(flags.ca === undefined ? {} : { ca: flags.ca }) };
  const first = askerOf({ chatwoot }, { baseUrl, accountId: given ?? 0, token });
  let accountId = given;
  try {
    if (accountId === undefined) {
      const members = membershipsIn(await first.ask(PROFILE));
      // Without a profile the check below says what is wrong.
      accountId = members === undefined ? 0 : await choose(members, console);
    }
    await preflight(first.ask, baseUrl, accountId, NAMES);
  } finally {
    first.close();
  }
  const asker = askerOf({ chatwoot }, { baseUrl, accountId, token });
  try {
    const definitions = definitionsIn(await asker.ask(asker.definitions)) ?? new Map();
    return { baseUrl, accountId, token, definitions };
  } finally {
    asker.close();
  }
}

function tokenIn({ tokenEnv, tokenFile }: AccessFlags, env: Environment): string | undefined {
  const place = tokenFile === undefined ? `env:${tokenEnv ?? TOKEN}` : `file:${tokenFile}`;
  const read = readSecret(place, env);
  if ('value' in read) return read.value;
  if (tokenFile === undefined && tokenEnv === undefined) return undefined;
  throw new Refusal(`The token: ${read.fault}`);
}

function numberIn(text: string | undefined): number | undefined {
  return text !== undefined && /^[1-9]\d{0,14}$/.test(text.trim()) ? Number(text) : undefined;
}

async function choose(members: readonly Membership[], console: Console): Promise<number> {
  const [only, other] = members;
  if (only === undefined)
    throw new Refusal('The owner of the token is a member of no account. Have them invited first.');
  if (other === undefined) return only.id;
  const list = members.map(({ id, name }) => `${id} (${name})`).join(', ');
  if (!canAsk())
    throw new Refusal(`The token's owner is a member of several accounts: ${list}. Name one with --account-id.`);
  console.say(`Accounts: ${list}`);
  const chosen = numberIn(await prompt('Number of the account: '));
  if (members.some(({ id }) => id === chosen)) return chosen!;
  throw new Refusal(`That is none of the accounts: ${list}. Give the same command again.`);
}
