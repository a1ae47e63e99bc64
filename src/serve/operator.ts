import type { IncomingHttpHeaders } from 'node:http';
import { credentialOf } from '../source/webhook/verify/credential.ts';
import { matches } from '../source/webhook/verify/digest.ts';

/** `asked`: the credential is missing or wrong. `closed`: there is none that would open. */
export type Admission = 'welcome' | 'asked' | 'closed';

/** What a proxy adds: whoever comes through one is not necessarily on this machine. */
const OF_PROXIES = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'];

/**
 * Who may look at what goes on: whoever has the operator's token, as a Bearer or as the password of HTTP Basic with any user
 * name (all that a browser offers). Without it, somebody on this machine, when nobody else can get here: the server listens
 * on loopback, no proxy brought the request, and it asks for this machine by its own name. A page of elsewhere that
 * points its name to 127.0.0.1 is told apart by that.
 */
export class Operator {
  readonly #tokens: readonly string[];
  readonly #onLoopback: () => boolean;

  constructor(token: string | undefined, onLoopback: () => boolean) {
    this.#tokens = token === undefined ? [] : [token];
    this.#onLoopback = onLoopback;
  }

  admit(headers: IncomingHttpHeaders): Admission {
    const given = tokenIn(headers.authorization ?? '');
    if (given !== undefined && matches([given], this.#tokens)) return 'welcome';
    if (this.#onLoopback() && isFromHere(headers)) return 'welcome';
    return this.#tokens.length === 0 ? 'closed' : 'asked';
  }
}

function tokenIn(authorization: string): string | undefined {
  const bearer = credentialOf(authorization, 'bearer');
  if (bearer !== undefined) return bearer;
  const basic = credentialOf(authorization, 'basic');
  if (basic === undefined) return undefined;
  const pair = Buffer.from(basic, 'base64').toString('utf8');
  return pair.slice(pair.indexOf(':') + 1);
}

function isFromHere(headers: IncomingHttpHeaders): boolean {
  if (OF_PROXIES.some((name) => headers[name] !== undefined)) return false;
  return isLoopbackName((headers.host ?? '').replace(/:\d+$/, ''));
}

/** Whether an address or a name, as it stands in an address bar, is that of this machine. */
export function isLoopbackName(name: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?|\[?::ffff:127(\.\d{1,3}){3}\]?)$/i.test(name);
}
