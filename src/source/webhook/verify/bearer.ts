import { credentialOf } from './credential.ts';
import { matches } from './digest.ts';
import { judged, refused, type Verifier } from './verification.ts';

/**
 * A static token, for senders that can set a header and no more (n8n, Zapier, Make, RudderStack, Salesforce flows, Zoho).
 *
 * @param header lower case; in `authorization` the token stands behind `Bearer`, in any other it is the whole value
 */
export function bearer(secrets: readonly string[], header: string): Verifier {
  return {
    verify({ headers }) {
      const value = headers[header];
      if (!value) return refused('missing-header');
      const given = header === 'authorization' ? credentialOf(value, 'bearer') : value;
      return judged(given !== undefined && matches([given], secrets));
    },
  };
}
