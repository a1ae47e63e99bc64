import { credentialOf } from './credential.ts';
import { matches } from './digest.ts';
import { judged, refused, type Verifier } from './verification.ts';

/** HTTP Basic, all that Pipedrive offers. The password is readable to whoever ends TLS; nothing of the body is signed. */
export function basic(secrets: readonly string[], username: string): Verifier {
  const expected = secrets.map((secret) => Buffer.from(`${username}:${secret}`, 'utf8').toString('base64'));
  return {
    verify({ headers }) {
      const { authorization } = headers;
      if (!authorization) return refused('missing-header');
      const given = credentialOf(authorization, 'basic');
      return judged(given !== undefined && matches([given], expected));
    },
  };
}
