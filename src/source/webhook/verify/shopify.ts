import { bodySignature } from './body-signature.ts';
import type { Verifier } from './verification.ts';

/** Shopify: base64 HMAC-SHA256 over the body. After a change of the client secret the old one signs for up to an hour. */
export function shopify(secrets: readonly string[]): Verifier {
  return bodySignature(
    { header: 'x-shopify-hmac-sha256', prefix: '', algorithm: 'sha256', encoding: 'base64' },
    secrets,
  );
}
