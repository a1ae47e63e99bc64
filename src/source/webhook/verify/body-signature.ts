import { type Algorithm, type Encoding, hmac, keyOf, matches } from './digest.ts';
import { judged, refused, type Verifier } from './verification.ts';

/** A signature over the body alone. Nothing in it ages: a delivery that is sent again is found by its event id, later on. */
export interface BodySignature {
  /** Lower case. */
  header: string;
  /** What stands before the digest, such as `sha256=`. */
  prefix: string;
  algorithm: Algorithm;
  encoding: Encoding;
}

/** Verifies a signature over the body alone. */
export function bodySignature(signature: BodySignature, secrets: readonly string[]): Verifier {
  const { header, prefix, algorithm, encoding } = signature;
  const keys = secrets.map(keyOf);
  return {
    verify(request) {
      const given = request.headers[header];
      if (!given) return refused('missing-header');
      const expected = keys.map((key) => prefix + hmac(algorithm, key, encoding, [request.body]));
      return judged(matches([given], expected));
    },
  };
}
