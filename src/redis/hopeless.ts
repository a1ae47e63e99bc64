import { RedisError } from './error.ts';

/** A fault that trying again cannot mend, as a RedisError; undefined for any other. `where`: the server, without passwords. */
export function asHopeless(error: Error, where: string): RedisError | undefined {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (/^(WRONGPASS|NOAUTH|NOPERM|ERR AUTH|ERR invalid password)/.test(error.message)) {
    const fix = 'Check the user and the password in REDIS_URL (reserved characters are percent-encoded).';
    return new RedisError(
      'redis-refused-login',
      `Redis at ${where} refused the login (${error.message.split(/[ .]/, 1)}).`,
      fix,
    );
  }
  if (/cluster support disabled/.test(error.message)) {
    const fix = 'Write redis:// instead of redis+cluster://, or name the nodes of a cluster.';
    return new RedisError('redis-url', `Redis at ${where} is a single server and no cluster.`, fix);
  }
  if (/^ERR (DB index|SELECT)/.test(error.message)) {
    return new RedisError(
      'redis-url',
      `Redis at ${where} has no such database.`,
      'Correct the number at the end of REDIS_URL.',
    );
  }
  if (/CERT|SELF_SIGNED|ISSUER/.test(code)) {
    const fix = 'Add ?ca=/path/to/ca.pem to REDIS_URL, or ?verify=no where the network between is trusted.';
    return new RedisError('redis-unreachable', `The certificate of Redis at ${where} is not trusted (${code}).`, fix);
  }
  if (/SSL|EPROTO/.test(code)) {
    const fix = 'Write redis:// instead of rediss:// if it is not meant to, or correct the port.';
    return new RedisError('redis-unreachable', `Redis at ${where} does not speak TLS (${code}).`, fix);
  }
  return undefined;
}
