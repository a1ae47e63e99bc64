import type { KeyObject } from 'node:crypto';
import type { WebhookRequest } from '../request.ts';
import { type Encoding, hmac, matches } from './digest.ts';
import { judged, refused, type Verifier } from './verification.ts';
import { outsideWindow, type Unit } from './window.ts';

/** An HMAC-SHA256 over the body and the time of sending, each in a header of its own. */
export interface TimedSignature {
  /** Header of the signature, lower case. */
  header: string;
  /** Header of the time, lower case. */
  timestampHeader: string;
  unit: Unit;
  /** What stands before the digest, such as `sha256=`. */
  prefix: string;
  encoding: Encoding;
  /** What is signed, in this order. The time goes in as the text it came as. */
  signed(request: WebhookRequest, timestamp: string): readonly (string | Buffer)[];
}

/**
 * Verifies a signature over body and time of sending.
 *
 * @param window seconds, both ways
 */
export function timedSignature(signature: TimedSignature, keys: readonly KeyObject[], window: number): Verifier {
  return {
    verify(request, { nowMs }) {
      const given = request.headers[signature.header];
      const timestamp = request.headers[signature.timestampHeader];
      if (!given || !timestamp) return refused('missing-header');
      const outside = outsideWindow(timestamp, signature.unit, window, nowMs);
      if (outside !== undefined) return refused(outside);
      const parts = signature.signed(request, timestamp);
      const expected = keys.map((key) => signature.prefix + hmac('sha256', key, signature.encoding, parts));
      return judged(matches([given], expected));
    },
  };
}
