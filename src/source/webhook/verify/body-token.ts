import { parseBody } from '../parse.ts';
import { own } from '../untrusted.ts';
import { matches } from './digest.ts';
import { judged, type Verifier } from './verification.ts';

/**
 * A static token in the body, all that Zoho's notifications have: member `token` of its JSON, parameter `token` of its form. The
 * body has to be read to find it, so here alone a parser sees what nobody has vouched for yet.
 */
export function bodyToken(secrets: readonly string[]): Verifier {
  return {
    verify({ headers, body }) {
      const parsed = parseBody(body, headers['content-type']);
      const token = 'fault' in parsed ? undefined : own(parsed.value, 'token');
      // A parameter that is given several times is a list: guessing would be many times as fast.
      return judged(typeof token === 'string' && matches([token], secrets));
    },
  };
}
