import { bodySignature } from './body-signature.ts';
import type { Verifier } from './verification.ts';

/** GitHub and many home-made senders: hex HMAC-SHA256 over the body behind `sha256=`. */
export function github(secrets: readonly string[]): Verifier {
  return bodySignature(
    { header: 'x-hub-signature-256', prefix: 'sha256=', algorithm: 'sha256', encoding: 'hex' },
    secrets,
  );
}
