import { createHash } from 'node:crypto';
import { keyOf, matches } from './digest.ts';
import { publicUrlOf } from './public-url.ts';
import type { HubSpotVersion } from './settings.ts';
import { timedSignature } from './timed-signature.ts';
import { judged, refused, type Verifier } from './verification.ts';

/** What HubSpot decodes in the address before it signs, and nothing else (its page "Validating requests"). */
const DECODED: Readonly<Record<string, string>> = {
  '%3A': ':',
  '%2F': '/',
  '%3F': '?',
  '%40': '@',
  '%21': '!',
  '%24': '$',
  '%27': "'",
  '%28': '(',
  '%29': ')',
  '%2A': '*',
  '%2C': ',',
  '%3B': ';',
};

/** The address as HubSpot signs it. In one pass: `%253A` is a literal `%3A` and stays as it is. */
export function signedUrl(url: string): string {
  return url.replace(/%[0-9A-F]{2}/g, (code) => DECODED[code] ?? code);
}

/**
 * HubSpot apps. v3 is base64 HMAC-SHA256 over method, address, body and time (ms). The older two are plain hex SHA-256
 * behind the secret and never age. HubSpot sends them beside v3, so they count only when asked for: whoever has
 * captured a delivery could else drop v3 and send it again for ever.
 *
 * @param window seconds, v3 only
 * @throws VerifySettingsError without an address, except for v1
 */
export function hubspot(
  secrets: readonly string[],
  version: HubSpotVersion,
  window: number,
  publicUrl: string | undefined,
): Verifier {
  const base = version === 'v1' ? '' : publicUrlOf(publicUrl, 'HubSpot');
  if (version !== 'v3') return plainDigest(secrets, version, base);
  return timedSignature(
    {
      header: 'x-hubspot-signature-v3',
      timestampHeader: 'x-hubspot-request-timestamp',
      unit: 'milliseconds',
      prefix: '',
      encoding: 'base64',
      signed: ({ method, path, body }, timestamp) => [method.toUpperCase(), signedUrl(base + path), body, timestamp],
    },
    secrets.map(keyOf),
    window,
  );
}

/** v1: secret and body. v2: secret, method, address as called, and body; workflows sign with it. */
function plainDigest(secrets: readonly string[], version: 'v1' | 'v2', base: string): Verifier {
  return {
    verify({ method, path, headers, body }) {
      const given = headers['x-hubspot-signature'];
      if (!given) return refused('missing-header');
      const called = version === 'v1' ? '' : method.toUpperCase() + base + path;
      const expected = secrets.map((secret) =>
        createHash('sha256')
          .update(secret + called)
          .update(body)
          .digest('hex'),
      );
      return judged(matches([given], expected));
    },
  };
}
