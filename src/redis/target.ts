import { RedisError } from './error.ts';

/** A server's host and port. */
interface Node {
  host: string;
  port: number;
}

/** Files and choices for an encrypted connection; the system's certificate authorities hold where `ca` is absent. */
interface TlsFiles {
  ca?: string;
  cert?: string;
  key?: string;
  /** False accepts any certificate: for managed servers with self-signed ones, on a trusted network only. */
  verify: boolean;
}

interface Login {
  username?: string;
  password?: string;
  db: number;
  tls?: TlsFiles;
}

/** What a REDIS_URL says, one shape per kind of installation. */
export type RedisTarget =
  | ({ kind: 'tcp' } & Node & Login)
  | ({ kind: 'unix'; path: string } & Login)
  | ({ kind: 'sentinel'; nodes: Node[]; master: string; sentinelUsername?: string; sentinelPassword?: string } & Login)
  | ({ kind: 'cluster'; nodes: Node[] } & Login);

const FORMS =
  'Use redis://[user:password@]host:6379/0, rediss:// for TLS, unix:///path/to/redis.sock, redis+sentinel://host:26379,host:26379/master or redis+cluster://host:7000,host:7000.';
const SHAPE = /^([a-z][a-z+]*):\/\/(?:(.*)@)?([^@/?]*)(\/[^?]*)?(?:\?(.*))?$/is;
const PARAMETERS = new Set(['db', 'ca', 'cert', 'key', 'verify', 'sentinel_username', 'sentinel_password']);
const KINDS: Record<string, RedisTarget['kind']> = {
  redis: 'tcp',
  rediss: 'tcp',
  unix: 'unix',
  'redis+unix': 'unix',
  'redis+sentinel': 'sentinel',
  'rediss+sentinel': 'sentinel',
  'redis+cluster': 'cluster',
  'rediss+cluster': 'cluster',
};

/** The text itself is never quoted: it may hold a password. */
function refuse(why: string): never {
  throw new RedisError('redis-url', `REDIS_URL ${why}.`, FORMS);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return refuse('holds a % that begins no escape; write a % of a password as %25');
  }
}

function parseNodes(authority: string, port: number): Node[] {
  return authority.split(',').map((text) => {
    const found = /^(\[[0-9a-f:.]+\]|[^:[\]\s]+)(?::(\d+))?$/i.exec(text.trim());
    if (found === null) return refuse(authority === '' ? 'names no host' : 'names a host that cannot be read');
    const given = found[2] === undefined ? port : Number(found[2]);
    if (given < 1 || given > 65535) return refuse('has a port outside 1 to 65535');
    return { host: found[1]!.replace(/^\[|\]$/g, ''), port: given };
  });
}

function parseDb(text: string): number {
  if (!/^\d{1,5}$/.test(text)) return refuse('names a database that is not a number');
  return Number(text);
}

function parseLogin(userinfo: string | undefined, parameters: URLSearchParams): Login {
  const login: Login = { db: parseDb(parameters.get('db') || '0') };
  if (userinfo === undefined) return login;
  const colon = userinfo.indexOf(':');
  const username = decode(colon < 0 ? userinfo : userinfo.slice(0, colon));
  const password = colon < 0 ? '' : decode(userinfo.slice(colon + 1));
  if (username !== '') login.username = username;
  if (password !== '') login.password = password;
  return login;
}

function parseTls(parameters: URLSearchParams): TlsFiles {
  const verify = parameters.get('verify') ?? 'yes';
  if (verify !== 'yes' && verify !== 'no') return refuse('has a "verify" other than yes or no');
  const tls: TlsFiles = { verify: verify === 'yes' };
  for (const name of ['ca', 'cert', 'key'] as const) {
    const file = parameters.get(name);
    if (file) tls[name] = file;
  }
  return tls;
}

/**
 * Reads a REDIS_URL. Throws a RedisError that names what is wrong with it and the forms there are, never its password.
 * A user, a password or a path with reserved characters is percent-encoded; a bare `/path.sock` is taken as it stands.
 */
export function parseRedisUrl(url: string): RedisTarget {
  const text = url.trim();
  if (text.startsWith('/')) return { kind: 'unix', path: text, db: 0 };
  const found = SHAPE.exec(text);
  if (found === null) return refuse(text === '' ? 'is empty' : 'is not an address');
  const [, scheme = '', userinfo, authority = '', path = '', query = ''] = found;
  const kind = KINDS[scheme.toLowerCase()];
  if (kind === undefined) return refuse(`begins with ${scheme}://, which is no kind of Redis address`);
  // Only parameters are form-decoded; a + in a path or a password stays a +.
  const parameters = new URLSearchParams(query);
  for (const name of parameters.keys())
    if (!PARAMETERS.has(name)) refuse(`has a parameter "${name}" that does not exist`);
  const login = parseLogin(userinfo, parameters);
  if (scheme.toLowerCase().startsWith('rediss')) login.tls = parseTls(parameters);
  const rest = decode(path.slice(1));

  if (kind === 'unix') {
    if (authority !== '' || rest === '')
      return refuse('must give the socket as an absolute path: unix:///path/to/redis.sock');
    return { kind, path: `/${rest}`, ...login };
  }
  const nodes = parseNodes(authority, kind === 'sentinel' ? 26_379 : 6379);
  if (kind === 'sentinel') {
    if (rest === '') return refuse('must name the master after the sentinels: redis+sentinel://host:26379/mymaster');
    const sentinelUsername = parameters.get('sentinel_username');
    const sentinelPassword = parameters.get('sentinel_password');
    return {
      kind,
      nodes,
      master: rest,
      ...(sentinelUsername && { sentinelUsername }),
      ...(sentinelPassword && { sentinelPassword }),
      ...login,
    };
  }
  if (kind === 'cluster') {
    if (login.db !== 0 || (rest !== '' && rest !== '0')) return refuse('names a database, and a cluster has only 0');
    return { kind, nodes, ...login };
  }
  if (nodes.length > 1) return refuse('names several hosts; write redis+sentinel:// or redis+cluster:// for these');
  return { kind, ...nodes[0]!, ...login, ...(rest !== '' && { db: parseDb(rest) }) };
}

/** The target for people and logs: everything but the passwords. Takes anything, also a URL that cannot be read. */
export function describeTarget(target: RedisTarget | string): string {
  if (typeof target === 'string') {
    try {
      return describeTarget(parseRedisUrl(target));
    } catch {
      return 'an address that cannot be read';
    }
  }
  const login = target.password === undefined ? (target.username ?? '') : `${target.username ?? ''}:***`;
  const who = login === '' ? '' : `${login}@`;
  if (target.kind === 'unix') return `unix://${who}${target.path}${target.db === 0 ? '' : `?db=${target.db}`}`;
  const scheme = target.tls ? 'rediss' : 'redis';
  const nodes = target.kind === 'tcp' ? [target] : target.nodes;
  const hosts = nodes.map(({ host, port }) => `${host.includes(':') ? `[${host}]` : host}:${port}`).join(',');
  if (target.kind === 'tcp') return `${scheme}://${who}${hosts}/${target.db}`;
  if (target.kind === 'cluster') return `${scheme}+cluster://${who}${hosts}`;
  return `${scheme}+sentinel://${who}${hosts}/${target.master}${target.db === 0 ? '' : `?db=${target.db}`}`;
}
