import { keyOf } from './digest.ts';
import { VerifySettingsError } from './error.ts';
import { timedSignature } from './timed-signature.ts';
import type { Verifier } from './verification.ts';

/**
 * Close: hex HMAC-SHA256 over time (s) and body, nothing between them. The key is what the hex text of `signature_key` stands for.
 *
 * @param window seconds; ours, Close names none
 * @throws VerifySettingsError for a secret that is not hex
 */
export function close(secrets: readonly string[], window: number): Verifier {
  const faults = secrets.flatMap((secret, index) =>
    /^([0-9a-f]{2})+$/i.test(secret)
      ? []
      : [`verify.secrets.${index}: is not hexadecimal. Copy signature_key of the Close webhook as it is.`],
  );
  if (faults.length > 0) throw new VerifySettingsError(faults);
  return timedSignature(
    {
      header: 'close-sig-hash',
      timestampHeader: 'close-sig-timestamp',
      unit: 'seconds',
      prefix: '',
      encoding: 'hex',
      signed: ({ body }, timestamp) => [timestamp, body],
    },
    secrets.map((secret) => keyOf(Buffer.from(secret, 'hex'))),
    window,
  );
}
