import type { IncomingHttpHeaders } from 'node:http';
import { forbidden, Halt, json, missing } from './reply.ts';
import type { State } from './state.ts';

export type Role = 'administrator' | 'agent';
/** Whose token a request carried. */
export type TokenKind = Role | 'bot' | 'platform' | 'unknown' | 'none';

/** The token of a request: `Api-Access-Token` or `api_access_token`, the same header to Rack; a blank one counts as none. */
export function tokenOf(headers: IncomingHttpHeaders): string | undefined {
  const value = headers['api-access-token'] ?? headers.api_access_token;
  const token = Array.isArray(value) ? value[0] : value;
  return token?.trim() ? token : undefined;
}

/** Whose token it is: `T`, `T-agent`, `T-bot`, `T-platform`. A revoked `T` is unknown. */
export function kindOf(token: string | undefined, state: State): TokenKind {
  if (token === undefined) return 'none';
  if (token === state.token) return state.revoked ? 'unknown' : 'administrator';
  if (token === `${state.token}-agent`) return 'agent';
  if (token === `${state.token}-bot`) return 'bot';
  return token === `${state.token}-platform` ? 'platform' : 'unknown';
}

/** The role behind the token, or the 401 that the desk gives. Every refusal is 401, never 403. */
export function authenticate(kind: TokenKind): Role {
  if (kind === 'administrator' || kind === 'agent') return kind;
  if (kind === 'none') {
    throw new Halt(json(401, { errors: ['You need to sign in or sign up before continuing.'] }));
  }
  if (kind === 'unknown') throw new Halt(json(401, { error: 'Invalid Access Token' }));
  throw new Halt(json(401, { error: 'Access to this endpoint is not authorized for bots' }));
}

/**
 * What is in the account of the path: N and the further ones are ours, in N+1 the user is no member, N+2 is suspended, others
 * do not exist.
 */
export function enterAccount(segment: string, state: State): State {
  const account = Number.parseInt(segment, 10);
  const own = [state, ...state.also].find((one) => one.account === account);
  if (own !== undefined) return own;
  if (account === state.account + 1) {
    throw new Halt(json(401, { error: 'You are not authorized to access this account' }));
  }
  if (account === state.account + 2) throw new Halt(json(401, { error: 'Account is suspended' }));
  throw new Halt(missing());
}

/** Policy: administrators only. */
export function requireAdministrator(role: Role): void {
  if (role !== 'administrator') throw new Halt(forbidden());
}
