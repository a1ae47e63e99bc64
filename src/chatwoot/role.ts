import { isObject, parseLossless } from '../contact/json.ts';
import type { Answer, DeskRequest, NetworkFault } from './answer.ts';

/** Asks whose token it is. */
export const PROFILE: DeskRequest = {
  kind: 'other',
  method: 'GET',
  path: 'api/v1/profile',
  requestId: 'role',
  timeoutMs: 10_000,
};

/**
 * The role of the token's owner in an account, by the answer to `PROFILE`: `administrator` or `agent`
 * (views/api/v1/models/_user). Undefined when it does not tell; then the desk has to.
 */
export function roleIn(answer: Answer | NetworkFault, accountId: number): string | undefined {
  if (answer.type !== 'answer' || answer.status !== 200 || answer.mediaType !== 'application/json') return undefined;
  const profile = parseLossless(answer.text);
  const accounts = isObject(profile) && Array.isArray(profile.accounts) ? profile.accounts.filter(isObject) : [];
  const role = accounts.find(({ id }) => id === accountId)?.role;
  return typeof role === 'string' ? role : undefined;
}
