import { isObject, parseLossless } from '../contact/json.ts';
import type { Answer, NetworkFault } from './answer.ts';

/** An account that the owner of a token belongs to. */
export interface Membership {
  id: number;
  name: string;
}

/** The accounts of a token's owner, by the answer to `PROFILE`; undefined when it is no profile. */
export function membershipsIn(answer: Answer | NetworkFault): Membership[] | undefined {
  if (answer.type !== 'answer' || answer.status !== 200 || answer.mediaType !== 'application/json') return undefined;
  const profile = parseLossless(answer.text);
  if (!isObject(profile) || !Array.isArray(profile.accounts)) return undefined;
  return profile.accounts.filter(isObject).flatMap(({ id, name }) => {
    return typeof id === 'number' ? [{ id, name: typeof name === 'string' ? name : '' }] : [];
  });
}
