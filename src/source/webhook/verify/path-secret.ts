import { matches } from './digest.ts';
import { VerifySettingsError } from './error.ts';
import { judged, type Verifier } from './verification.ts';

const PARAMETER = 'secret=';

/**
 * A secret in the address, for senders that can set nothing else (older Chatwoot, Salesforce outbound messages, Zoho): the last
 * part of the path, or `?secret=`. Proxies write addresses to their logs, so every other scheme is better.
 *
 * @throws VerifySettingsError for a secret that an address cannot hold as it is
 */
export function pathSecret(secrets: readonly string[]): Verifier {
  const faults = secrets.flatMap((secret, index) =>
    /^[A-Za-z0-9._~-]+$/.test(secret)
      ? []
      : [
          `verify.secrets.${index}: holds characters that senders write in different ways in an address. Use letters, digits and . _ ~ - only.`,
        ],
  );
  if (faults.length > 0) throw new VerifySettingsError(faults);
  return {
    verify({ path }) {
      const [route = '', ...query] = path.split('?');
      const parameters = query
        .join('?')
        .split('&')
        .filter((part) => part.startsWith(PARAMETER));
      // With many in one request, guessing would be many times as fast.
      if (parameters.length > 1) return judged(false);
      const given = [
        route.slice(route.lastIndexOf('/') + 1),
        ...parameters.map((part) => part.slice(PARAMETER.length)),
      ];
      return judged(matches(given, secrets));
    },
  };
}
