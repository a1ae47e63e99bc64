import { hmac, keyOf, matches } from './digest.ts';
import { firstElement } from './first-element.ts';
import { refused, type Verifier } from './verification.ts';

/**
 * Segment: hex HMAC-SHA1. X-Segment-Signature covers the whole body. The older X-Signature covers the body of a single event, but
 * of a batch only `JSON.stringify(first element)` (action-destinations source): then the rest may be anybody's and does not
 * count. Since the digest is made over the bytes as they came, it holds only where that text and ours are the same.
 */
export function segment(secrets: readonly string[]): Verifier {
  const keys = secrets.map(keyOf);
  const signs = (given: string, bytes: Buffer): boolean =>
    matches(
      [given],
      keys.map((key) => hmac('sha1', key, 'hex', [bytes])),
    );
  return {
    verify({ headers, body }) {
      const whole = headers['x-segment-signature'];
      const older = headers['x-signature'];
      if (whole) return signs(whole, body) ? { type: 'authentic' } : refused('bad-signature');
      if (!older) return refused('missing-header');
      const first = firstElement(body);
      if (first !== undefined && signs(older, first)) return { type: 'authentic', signed: listOf(first) };
      return signs(older, body) ? { type: 'authentic' } : refused('bad-signature');
    },
  };
}

/** Still a list, as its sender wrote it. */
function listOf(element: Buffer): Buffer {
  return Buffer.concat([Buffer.from('['), element, Buffer.from(']')]);
}
