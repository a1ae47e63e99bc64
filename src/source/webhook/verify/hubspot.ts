import { createHash } from 'node:crypto';
import type { WebhookRequest } from '../request.ts';
import { keyOf, matches } from './digest.ts';
import { publicUrlOf } from './public-url.ts';
import type { VerifySettings } from './settings.ts';
import { timedSignature } from './timed-signature.ts';
import { judged, refused, type Verifier } from './verification.ts';

type HubSpotSettings = Extract<VerifySettings, { scheme: 'hubspot' }>;

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
 * @param settings window in seconds, v3 only
 * @throws VerifySettingsError without an address, except for v1
 */
export function hubspot(settings: HubSpotSettings, publicUrl: string | undefined): Verifier {
  const { secrets, version, window } = settings;
  if (version === 'v1') return plainDigest(secrets, () => '');
  const address = settings.url === undefined ? follows(publicUrlOf(publicUrl, 'HubSpot')) : fixed(settings.url);
  if (version === 'v2') return plainDigest(secrets, (request) => request.method.toUpperCase() + address(request));
  return timedSignature(
    {
      header: 'x-hubspot-signature-v3',
      timestampHeader: 'x-hubspot-request-timestamp',
      unit: 'milliseconds',
      prefix: '',
      encoding: 'base64',
      signed: (request, timestamp) => [
        request.method.toUpperCase(),
        signedUrl(address(request)),
        request.body,
        timestamp,
      ],
    },
    secrets.map(keyOf),
    window,
  );
}

/** What was called: the path as received, behind the address we are known by. */
function follows(base: string): (request: WebhookRequest) => string {
  return ({ path }) => base + path;
}

/** A proxy gives it another path. The query comes from the request all the same: it is signed, so it cannot be changed. */
function fixed(url: string): (request: WebhookRequest) => string {
  return ({ path }) => url + path.slice(path.split('?')[0]!.length);
}

/** v1: secret and body. v2: secret, method, address as called, and body; workflows sign with it. */
function plainDigest(secrets: readonly string[], calledBy: (request: WebhookRequest) => string): Verifier {
  return {
    verify(request) {
      const given = request.headers['x-hubspot-signature'];
      if (!given) return refused('missing-header');
      const called = calledBy(request);
      const expected = secrets.map((secret) =>
        createHash('sha256')
          .update(secret + called)
          .update(request.body)
          .digest('hex'),
      );
      return judged(matches([given], expected));
    },
  };
}
