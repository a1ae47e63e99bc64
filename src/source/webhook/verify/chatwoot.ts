import { keyOf } from './digest.ts';
import { timedSignature } from './timed-signature.ts';
import type { Verifier } from './verification.ts';

/**
 * Chatwoot since February 2026 (pull request 13573): hex HMAC-SHA256 over `<seconds>.<body>` behind `sha256=`. Older ones sign
 * nothing and need a secret in the path.
 *
 * @param window seconds
 */
export function chatwoot(secrets: readonly string[], window: number): Verifier {
  return timedSignature(
    {
      header: 'x-chatwoot-signature',
      timestampHeader: 'x-chatwoot-timestamp',
      unit: 'seconds',
      prefix: 'sha256=',
      encoding: 'hex',
      signed: ({ body }, timestamp) => [`${timestamp}.`, body],
    },
    secrets.map(keyOf),
    window,
  );
}
