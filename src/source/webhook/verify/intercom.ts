import { bodySignature } from './body-signature.ts';
import type { Verifier } from './verification.ts';

/** Intercom: hex HMAC-SHA1 over the body behind `sha1=`; the key is the client secret of the app. */
export function intercom(secrets: readonly string[]): Verifier {
  return bodySignature({ header: 'x-hub-signature', prefix: 'sha1=', algorithm: 'sha1', encoding: 'hex' }, secrets);
}
