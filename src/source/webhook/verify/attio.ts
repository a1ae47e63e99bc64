import { bodySignature } from './body-signature.ts';
import type { Verifier } from './verification.ts';

/** Attio: hex HMAC-SHA256 over the body alone, whatever is written elsewhere of a timestamp (its own documentation). */
export function attio(secrets: readonly string[]): Verifier {
  return bodySignature({ header: 'attio-signature', prefix: '', algorithm: 'sha256', encoding: 'hex' }, secrets);
}
