import { hmac, keyOf, matches } from './digest.ts';
import { judged, refused, type Verifier } from './verification.ts';
import { outsideWindow } from './window.ts';

/**
 * Stripe and those who sign like it: `t=<seconds>,v1=<hex>` in one header, HMAC-SHA256 over `<t>.<body>`. The key is the secret as
 * it is written, `whsec_` included (other than Standard Webhooks). There are several `v1` while a secret is exchanged.
 *
 * @param window seconds
 * @param header lower case
 */
export function stripe(secrets: readonly string[], window: number, header: string): Verifier {
  const keys = secrets.map(keyOf);
  return {
    verify(request, { nowMs }) {
      const text = request.headers[header];
      if (!text) return refused('missing-header');
      const pairs = pairsOf(text);
      // Also what two headers look like when they are joined: nobody could say which time belongs to which signature.
      if (pairs === undefined) return refused('bad-signature');
      const times = valuesOf(pairs, 't');
      const [timestamp] = times;
      if (timestamp === undefined || times.length > 1) return refused('bad-timestamp');
      const outside = outsideWindow(timestamp, 'seconds', window, nowMs);
      if (outside !== undefined) return refused(outside);
      const expected = keys.map((key) => hmac('sha256', key, 'hex', [`${timestamp}.`, request.body]));
      return judged(matches(valuesOf(pairs, 'v1'), expected));
    },
  };
}

/** The pairs of `a=b,c=d`; undefined when a part is not one. */
function pairsOf(text: string): [string, string][] | undefined {
  const parts = text.split(',').map((part) => /^([a-z0-9_]+)=([^=\s]*)$/.exec(part));
  return parts.every((part) => part !== null) ? parts.map(([, name, value]) => [name!, value!]) : undefined;
}

function valuesOf(pairs: readonly [string, string][], name: string): string[] {
  return pairs.filter(([key]) => key === name).map(([, value]) => value);
}
