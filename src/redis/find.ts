import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { RedisError } from './error.ts';
import { isTooOld, NEEDED, type ServerKind } from './version.ts';

/** A server binary that can be started. */
export interface ServerBinary {
  path: string;
  kind: ServerKind;
  version: string;
}

type Env = Readonly<Record<string, string | undefined>>;

/** The command that installs a server, by the package manager that is on the PATH; scripts/installers.mjs runs them. */
const INSTALL: readonly (readonly [tool: string, command: string])[] = [
  ['apt-get', 'sudo apt-get update && sudo apt-get install -y redis-server'],
  ['apk', 'sudo apk add redis'],
  ['dnf', 'sudo dnf install -y redis'],
  ['brew', 'brew install redis'],
];

async function onPath(name: string, env: Env): Promise<string | undefined> {
  for (const folder of (env.PATH ?? '').split(delimiter)) {
    // An empty entry means the working directory to a shell: nothing is ever run from there.
    if (folder === '') continue;
    const file = join(folder, name);
    const usable = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (usable) return file;
  }
  return undefined;
}

/** Reads what `redis-server --version` or `valkey-server --version` printed. */
function parseVersionLine(line: string): Omit<ServerBinary, 'path'> | undefined {
  const version = /\bv=(\d+\.\d+\.\d+)/.exec(line)?.[1];
  if (version === undefined) return undefined;
  return { kind: /^valkey/i.test(line) ? 'valkey' : 'redis', version };
}

async function examine(path: string): Promise<ServerBinary | undefined> {
  try {
    const { stdout } = await promisify(execFile)(path, ['--version'], { timeout: 5000 });
    const read = parseVersionLine(stdout);
    return read && { path, ...read };
  } catch {
    return undefined;
  }
}

async function waysOut(env: Env): Promise<string> {
  let install = 'install the package redis, redis-server or valkey';
  for (const [tool, command] of INSTALL) {
    if ((await onPath(tool, env)) === undefined) continue;
    install = `install one: ${command}`;
    break;
  }
  return `Either ${install}; or set REDIS_URL to a server you have; or run "docker compose up -d redis" and set REDIS_URL=redis://127.0.0.1:6379.`;
}

/**
 * Finds a server binary: the one CONTACT_SYNC_REDIS_SERVER names, else `redis-server`, else `valkey-server` on the PATH.
 * A binary that is too old is passed over for the other one. Throws a RedisError with the three ways out.
 */
export async function findServer(env: Env = process.env): Promise<ServerBinary> {
  const named = env.CONTACT_SYNC_REDIS_SERVER;
  if (named) {
    const path = named.includes('/') ? named : await onPath(named, env);
    const binary = path === undefined ? undefined : await examine(path);
    if (binary !== undefined && !isTooOld(binary.kind, binary.version)) return binary;
    const what = binary ? `${binary.kind} ${binary.version}; ${NEEDED} is needed` : 'not a Redis or Valkey server';
    throw new RedisError(
      'redis-no-server-binary',
      `CONTACT_SYNC_REDIS_SERVER names ${named}, which is ${what}.`,
      'Correct it, or unset it to use the server on the PATH.',
    );
  }
  const old: string[] = [];
  for (const name of ['redis-server', 'valkey-server']) {
    const path = await onPath(name, env);
    const binary = path === undefined ? undefined : await examine(path);
    if (binary === undefined) continue;
    if (!isTooOld(binary.kind, binary.version)) return binary;
    old.push(`${binary.path} is version ${binary.version}`);
  }
  const why =
    old.length > 0
      ? `too old (${old.join(', ')}; ${NEEDED} is needed)`
      : 'not installed (no redis-server or valkey-server on the PATH)';
  throw new RedisError(
    'redis-no-server-binary',
    `REDIS_URL is not set and a local Redis server is ${why}.`,
    await waysOut(env),
  );
}
