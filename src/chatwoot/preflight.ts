import type { Definition, Definitions } from '../contact/attribute.ts';
import { isObject, type Json, parseLossless } from '../contact/json.ts';
import type { Answer, DeskRequest, NetworkFault } from './answer.ts';
import { type Rules, rulesOf } from './version.ts';

/** Why nothing can be sent with these settings, as a closed list; commands choose their exit code by it. */
export type PreflightCode = 'unreachable' | 'wrong-url' | 'wrong-token' | 'wrong-account' | 'suspended';

/** Settings and server do not fit; nothing was queued. The message ends with the next step. */
export class PreflightError extends Error {
  readonly code: PreflightCode;

  constructor(code: PreflightCode, message: string) {
    super(message);
    this.name = 'PreflightError';
    this.code = code;
  }
}

/** Sends one request through the limiter and returns the plain answer. */
export type Ask = (request: DeskRequest) => Promise<Answer | NetworkFault>;

/** What the address, the number of the account and the token are set with. */
export interface SettingNames {
  address: string;
  number: string;
  token: string;
}

/**
 * Checks address, token and account with two cheap calls before anything is queued, and learns the version.
 * `data_services: "failing"` is no reason to refuse: a freshly started, idle server says so although it is well.
 *
 * @throws PreflightError with a sentence of its own for each thing that can be wrong
 */
export async function preflight(ask: Ask, baseUrl: string, accountId: number, names: SettingNames): Promise<Rules> {
  const version = await checkAddress(ask, baseUrl, names);
  await checkToken(ask, baseUrl, accountId, names);
  return rulesOf(version);
}

async function checkAddress(ask: Ask, baseUrl: string, names: SettingNames): Promise<string> {
  const answer = await ask({ kind: 'other', method: 'GET', path: 'api', requestId: 'preflight', timeoutMs: 10_000 });
  if (answer.type === 'fault') throw unreachable(baseUrl, answer.code);
  if (answer.status >= 500) throw unreachable(baseUrl, `HTTP ${answer.status}`);
  if (answer.location !== null && answer.status >= 300 && answer.status < 400) {
    const to = answer.location.replace(/\/api\/?$/, '');
    throw new PreflightError(
      'wrong-url',
      `${baseUrl} redirects to ${to}. Set ${names.address} to that address; the token is not sent along a redirect.`,
    );
  }
  const body = jsonOf(answer);
  if (answer.status !== 200 || !isObject(body) || typeof body.version !== 'string') {
    throw new PreflightError(
      'wrong-url',
      `${baseUrl} is no Chatwoot server (GET /api answered HTTP ${answer.status}). Set ${names.address} to the address you open Chatwoot with.`,
    );
  }
  return body.version;
}

async function checkToken(ask: Ask, baseUrl: string, accountId: number, names: SettingNames): Promise<void> {
  const answer = await ask({
    kind: 'other',
    method: 'GET',
    path: 'api/v1/profile',
    requestId: 'preflight',
    timeoutMs: 10_000,
  });
  if (answer.type === 'fault') throw unreachable(baseUrl, answer.code);
  if (answer.status >= 500) throw unreachable(baseUrl, `HTTP ${answer.status}`);
  const body = jsonOf(answer);
  if (answer.status === 401) {
    const words = isObject(body) && typeof body.error === 'string' ? body.error : 'not signed in';
    if (words.includes('bots')) {
      throw new PreflightError(
        'wrong-token',
        "The token belongs to a bot or platform app, which may not write contacts. Use an administrator's own token (profile settings).",
      );
    }
    throw new PreflightError(
      'wrong-token',
      `Chatwoot refuses the token ("${words}"). Copy it again from profile settings into ${names.token}; a proxy must not strip the header Api-Access-Token.`,
    );
  }
  if (answer.status !== 200 || !isObject(body)) {
    throw new PreflightError(
      'wrong-url',
      `${baseUrl} answered HTTP ${answer.status} where a profile was expected. Check ${names.address} and what stands between here and Chatwoot.`,
    );
  }
  checkAccount(body.accounts, accountId, names.number);
}

function checkAccount(accounts: Json | undefined, accountId: number, number: string): void {
  if (!Array.isArray(accounts)) return;
  const known = accounts.filter(isObject);
  const account = known.find((one) => one.id === accountId);
  if (account === undefined) {
    const names = known.map((one) => `${one.id} (${one.name})`).join(', ');
    throw new PreflightError(
      'wrong-account',
      `The owner of the token is no member of account ${accountId}; of ${names === '' ? 'no account at all' : names}. Correct ${number}, or invite that user.`,
    );
  }
  if (account.status === 'suspended') {
    throw new PreflightError(
      'suspended',
      `Account ${accountId} is suspended. A super admin of the server has to activate it again.`,
    );
  }
}

function unreachable(baseUrl: string, why: string): PreflightError {
  if (why === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return new PreflightError(
      'unreachable',
      `The certificate of ${baseUrl} is for another host (${why}), so the token was not sent. Correct CHATWOOT_BASE_URL, or have the certificate name that host.`,
    );
  }
  if (/CERT|SIGNATURE|ISSUER/.test(why)) {
    return new PreflightError(
      'unreachable',
      `The certificate of ${baseUrl} is not trusted (${why}), so the token was not sent. Give the file of its certificate authority with --ca, or have the certificate renewed.`,
    );
  }
  return new PreflightError(
    'unreachable',
    `Chatwoot at ${baseUrl} cannot be reached (${why}). Check the address and the network, then run the same command again.`,
  );
}

/** Reads the account's custom attribute definitions; undefined when the server does not tell. */
export function definitionsIn(answer: Answer | NetworkFault): Definitions | undefined {
  const body = answer.type === 'answer' && answer.status === 200 ? jsonOf(answer) : undefined;
  if (!Array.isArray(body)) return undefined;
  const definitions = new Map<string, Definition>();
  for (const one of body) {
    if (!isObject(one) || typeof one.attribute_key !== 'string' || typeof one.attribute_display_type !== 'string')
      continue;
    const options = Array.isArray(one.attribute_values)
      ? one.attribute_values.filter((v) => typeof v === 'string')
      : [];
    definitions.set(one.attribute_key, { type: one.attribute_display_type, options });
  }
  return definitions;
}

function jsonOf(answer: Answer): Json | undefined {
  try {
    return parseLossless(answer.text);
  } catch {
    return undefined;
  }
}
