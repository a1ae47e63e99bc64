import type { WebhookRequest } from '../request.ts';
import { refused, type Verifier } from './verification.ts';

/** Headers of a request that only passed through this machine: through a proxy on it, or through a page in its browser. */
const PASSED_THROUGH = [
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
  'via',
  'cf-connecting-ip',
  'origin',
  'sec-fetch-site',
];

/**
 * No proof at all: for trying out on one machine.
 *
 * @param insecure anybody may send, from anywhere
 */
export function none(insecure: boolean): Verifier {
  return {
    verify(request, { loopback }) {
      const local = loopback && !passedThrough(request);
      return insecure || local ? { type: 'authentic' } : refused('not-loopback');
    },
  };
}

function passedThrough({ headers }: WebhookRequest): boolean {
  return PASSED_THROUGH.some((name) => headers[name] !== undefined);
}
