/** A secret that stands elsewhere: in a variable, or in a file. */
export const REFERENCE = /^(env:[A-Za-z_][A-Za-z0-9_]*|file:\S.*)$/;

/** Headers that say who asks. A value of another header may stand in the file. */
const CREDENTIAL = /auth|cookie|token|secret|password|signature|(^|[-_])(api-?)?key([-_]|$)/i;

const WHY = 'which gets copied, committed and shown';

/**
 * The secrets that stand in the configuration file itself, each with where it belongs instead. No value is repeated.
 *
 * @param raw the file as it was read, before the schema judged it
 */
export function secretsIn(raw: Readonly<Record<string, unknown>>): string[] {
  const faults: string[] = [];
  const refuse = (key: string, next: string) => faults.push(`${key} stands in the configuration file, ${WHY}. ${next}`);
  if (present(part(raw, 'chatwoot').api_access_token)) {
    refuse(
      'chatwoot.api_access_token',
      'Take it out and set CHATWOOT_API_ACCESS_TOKEN, or CHATWOOT_API_ACCESS_TOKEN_FILE to a file that holds it.',
    );
  }
  if (present(raw.undo_key)) {
    refuse(
      'undo_key',
      'Take it out and set CONTACT_SYNC_UNDO_KEY, or CONTACT_SYNC_UNDO_KEY_FILE to a file that holds it.',
    );
  }
  if (present(part(raw, 'serve').operator_token)) {
    refuse(
      'serve.operator_token',
      'Take it out and set CONTACT_SYNC_OPERATOR_TOKEN, or CONTACT_SYNC_OPERATOR_TOKEN_FILE to a file that holds it.',
    );
  }
  if (holdsPassword(part(raw, 'redis').url)) {
    refuse('the password in redis.url', 'Set REDIS_URL, or REDIS_URL_FILE to a file that holds the whole address.');
  }
  for (const [name, source] of Object.entries(part(raw, 'sources'))) {
    const { secrets } = part(source, 'verify');
    if (Array.isArray(secrets)) {
      for (const [i, secret] of secrets.entries())
        if (literal(secret)) refuse(`sources.${name}.verify.secrets.${i}`, ELSEWHERE);
    }
    for (const [header, value] of Object.entries(part(part(source, 'fetch'), 'headers')))
      if (CREDENTIAL.test(header) && literal(value)) refuse(`sources.${name}.fetch.headers.${header}`, ELSEWHERE);
  }
  return faults;
}

const ELSEWHERE = 'Write env:NAME for a variable that holds it, or file:/path for a file.';

function part(whole: unknown, name: string): Record<string, unknown> {
  const found = typeof whole === 'object' && whole !== null ? (whole as Record<string, unknown>)[name] : undefined;
  return typeof found === 'object' && found !== null ? (found as Record<string, unknown>) : {};
}

function present(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

function literal(value: unknown): boolean {
  return present(value) && !REFERENCE.test(String(value));
}

/** `redis://user:password@host`, or a password among the parameters. */
function holdsPassword(url: unknown): boolean {
  return typeof url === 'string' && /^[^/]*:\/\/[^/@]*:[^/@]+@|[?&](sentinel_)?password=/i.test(url);
}
