import type { WebhookRequest } from '../request.ts';

/** Why a delivery is refused. For our own log and counters: the sender hears only 401, or it could find out by trying. */
export type Refusal =
  | 'missing-header'
  | 'bad-timestamp'
  | 'too-old'
  | 'in-the-future'
  | 'bad-signature'
  | 'other-organization'
  | 'not-loopback';

export type Verification =
  | {
      type: 'authentic';
      /** The body as far as it is signed, when that is not all of it (Segment's older rule): the rest may be anybody's. */
      signed?: Buffer;
    }
  | { type: 'refused'; why: Refusal };

/** What is not in the request itself. */
export interface Circumstances {
  /** Milliseconds since 1970. */
  nowMs: number;
  /** The connection comes from this machine. */
  loopback: boolean;
}

/** Says whether a delivery comes from who has the secret. */
export interface Verifier {
  verify(request: WebhookRequest, circumstances: Circumstances): Verification;
}

export function refused(why: Refusal): Verification {
  return { type: 'refused', why };
}

/** The last word after everything else was in order. */
export function judged(matches: boolean): Verification {
  return matches ? { type: 'authentic' } : refused('bad-signature');
}
