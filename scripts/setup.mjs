/**
 * Makes a machine that has nothing but Node and npm ready for `npm test` and `npm run demo`: the dependencies of
 * package-lock.json and a Redis server. Plain Node without dependencies, since it runs before anything is installed.
 * Does nothing, in well under 150 ms, where everything is there.
 *
 *   node scripts/setup.mjs              dependencies and a server binary (what the tests need)
 *   node scripts/setup.mjs --any-redis  a REDIS_URL will do instead of a binary (what the demo needs)
 *   node scripts/setup.mjs --no-redis   dependencies only
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureRedis } from './redis-server.mjs';
import { SetupError } from './setup-error.mjs';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

const OLDEST_NODE = [20, 19];

/** Throws a SetupError unless this Node can run the project. */
function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  throw new SetupError(
    `This project needs Node ${OLDEST_NODE.join('.')} or newer and this is ${process.versions.node}. Install Node 20 (https://nodejs.org) and run the command again.`,
  );
}

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(join(ROOT, file), 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/**
 * Whether node_modules holds what package-lock.json asks for. Contents are compared, not times: a checkout touches the
 * lock file without changing it, and `npm ci --omit=dev` leaves a newer node_modules without the test tools.
 */
function dependenciesCurrent() {
  const wanted = packagesOf('package-lock.json');
  const present = packagesOf('node_modules/.package-lock.json');
  if (wanted === undefined || present === undefined) return false;
  const settled = Object.entries(wanted).every(
    ([path, { version, optional, devOptional }]) =>
      path === '' || present[path]?.version === version || (present[path] === undefined && (optional || devOptional)),
  );
  return settled && Object.keys(present).every((path) => path in wanted);
}

function ensureDependencies() {
  if (dependenciesCurrent()) return;
  console.error('setup: installing the dependencies of package-lock.json (npm ci --ignore-scripts)');
  // Install scripts stay off: no dependency needs its own, and without `prepare` this cannot call itself.
  const args = ['ci', '--ignore-scripts', '--include=dev', '--include=optional', '--no-audit', '--no-fund'];
  const npm = process.env.npm_execpath;
  const [command, ...rest] = npm ? [process.execPath, npm, ...args] : ['npm', ...args];
  const result = spawnSync(command, rest, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  if (result.status === 0) return;
  console.error(`${result.stdout ?? ''}${result.stderr ?? ''}`);
  const why = result.error ? result.error.message : `exit code ${result.status ?? result.signal}`;
  throw new SetupError(
    `npm ci failed (${why}). Its output stands above; check the network and the npm registry, then run the command again.`,
  );
}

/** Prepares the machine; `redis` says what is needed: a `server` binary, `any` (a REDIS_URL will do) or `none`. */
export function setup({ redis = 'server' } = {}) {
  requireNode();
  ensureDependencies();
  if (redis === 'none' || (redis === 'any' && process.env.REDIS_URL)) return;
  ensureRedis();
}

/** Runs `work`; a SetupError ends the process with its sentence and exit code 1. */
export function orExit(work) {
  try {
    work();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(`setup: ${error.message}`);
    process.exit(1);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const flags = new Set(process.argv.slice(2));
  orExit(() => setup({ redis: flags.has('--no-redis') ? 'none' : flags.has('--any-redis') ? 'any' : 'server' }));
}
