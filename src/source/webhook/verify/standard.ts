import type { KeyObject } from 'node:crypto';
import { hmac, keyOf, matches } from './digest.ts';
import { VerifySettingsError } from './error.ts';
import { judged, refused, type Verifier } from './verification.ts';
import { outsideWindow } from './window.ts';

/** Bytes; the specification asks for at least as many. */
const SHORTEST_KEY = 24;

/**
 * Standard Webhooks 1.0.0: base64 HMAC-SHA256 over `<id>.<seconds>.<body>`. Svix sends the same in headers of its own. The
 * header holds a list, signed with the old and the new secret while they are exchanged; versions other than v1 are passed over.
 *
 * @param window seconds
 * @throws VerifySettingsError for a secret that is not base64, too short, or half of a key pair
 */
export function standard(secrets: readonly string[], window: number): Verifier {
  const keys = keysOf(secrets);
  return {
    verify(request, { nowMs }) {
      const family = request.headers['webhook-signature'] ? 'webhook' : 'svix';
      const { headers } = request;
      const [id, timestamp, list] = [
        headers[`${family}-id`],
        headers[`${family}-timestamp`],
        headers[`${family}-signature`],
      ];
      if (!id || !timestamp || !list) return refused('missing-header');
      const outside = outsideWindow(timestamp, 'seconds', window, nowMs);
      if (outside !== undefined) return refused(outside);
      const signatures = list.split(' ');
      // With a point in the id, id and time could be cut in two ways. A list that is not one is two headers joined.
      if (id.includes('.') || !signatures.every((one) => /^[a-z0-9]+,[A-Za-z0-9+/=]+$/.test(one)))
        return refused('bad-signature');
      const expected = keys.map((key) => `v1,${hmac('sha256', key, 'base64', [`${id}.${timestamp}.`, request.body])}`);
      return judged(matches(signatures, expected));
    },
  };
}

function keysOf(secrets: readonly string[]): KeyObject[] {
  const faults: string[] = [];
  const keys = secrets.map((secret, index) => {
    const text = secret.replace(/^whsec_/, '');
    const bytes = Buffer.from(text, 'base64');
    const key = `verify.secrets.${index}`;
    if (/^wh[sp]k_/.test(secret))
      faults.push(`${key}: is one of a key pair, which is not supported. Have the sender sign with a whsec_ secret.`);
    // Buffer.from passes over what is not base64, and would make a wrong key of a mistyped secret.
    else if (bytes.toString('base64').replace(/=+$/, '') !== text.replace(/=+$/, ''))
      faults.push(`${key}: is not base64 behind whsec_. Copy the signing secret of the sender as it is.`);
    else if (bytes.length < SHORTEST_KEY)
      faults.push(`${key}: holds ${bytes.length} bytes, ${SHORTEST_KEY} are the least. Create a longer one.`);
    return bytes;
  });
  if (faults.length > 0) throw new VerifySettingsError(faults);
  return keys.map(keyOf);
}
