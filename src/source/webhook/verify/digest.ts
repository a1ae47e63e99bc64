import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';

export type Algorithm = 'sha256' | 'sha1';
export type Encoding = 'hex' | 'base64';

/** A secret as a key. Printed or logged by mistake, a key object shows nothing of itself. */
export function keyOf(secret: string | Buffer): KeyObject {
  return createSecretKey(typeof secret === 'string' ? Buffer.from(secret, 'utf8') : secret);
}

/** The HMAC over the parts as if they were one; hex is lower case, base64 has its padding. */
export function hmac(
  algorithm: Algorithm,
  key: KeyObject,
  encoding: Encoding,
  parts: readonly (string | Buffer)[],
): string {
  const digest = createHmac(algorithm, key);
  for (const part of parts) digest.update(part);
  return digest.digest(encoding);
}

/**
 * Whether one of the given texts is one of the expected ones. Every pair is compared, in a time that does not tell where
 * they differ or which secret it was.
 *
 * Texts are compared, not what they decode to: upper-case hex or a spare bit in base64 would else be a second spelling of the
 * same signature.
 */
export function matches(given: readonly string[], expected: readonly string[]): boolean {
  const wanted = expected.map((text) => Buffer.from(text, 'utf8'));
  let found = false;
  for (const text of given) {
    const bytes = Buffer.from(text, 'utf8');
    for (const one of wanted) {
      // timingSafeEqual throws when lengths differ; the length of a digest is no secret.
      if (bytes.length === one.length && timingSafeEqual(bytes, one)) found = true;
    }
  }
  return found;
}
