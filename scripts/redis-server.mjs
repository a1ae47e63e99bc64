import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { INSTALLERS } from './installers.mjs';
import { SetupError } from './setup-error.mjs';

// The floors of src/redis/version.ts, written again because this runs before anything can load TypeScript.
const OLDEST = { redis: [7, 0, 8], valkey: [7, 2, 0] };

function onPath(name) {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const file = join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      if (folder !== '') return file;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}

function isNewEnough(file) {
  const { stdout } = spawnSync(file, ['--version'], { encoding: 'utf8' });
  const found = /\bv=(\d+)\.(\d+)\.(\d+)/.exec(stdout ?? '');
  if (found === null) return false;
  const oldest = /^valkey/i.test(stdout) ? OLDEST.valkey : OLDEST.redis;
  for (const [place, floor] of oldest.entries()) {
    const part = Number(found[place + 1]);
    if (part !== floor) return part > floor;
  }
  return true;
}

/** The path of a server that is new enough, or undefined. */
function findRedis() {
  const named = process.env.CONTACT_SYNC_REDIS_SERVER;
  const candidates = named ? [named] : ['redis-server', 'valkey-server'].map(onPath);
  return candidates.find((file) => file !== undefined && isNewEnough(file));
}

function waysOut(installer, reason) {
  return [
    `${reason} There are three ways on:`,
    `  1. install one yourself: ${installer ? installer.ask : 'the package is called redis, redis-server or valkey'}`,
    '  2. for the demo and for use: set REDIS_URL to a Redis 7.0.8+ or Valkey 7.2+ that you have (the tests start their own server)',
    '  3. for use: docker compose up -d redis, then set REDIS_URL=redis://127.0.0.1:6379',
    'then run the command again.',
  ].join('\n');
}

/** What to put before an installer's command, or undefined when it would ask for a password. */
function privilege(installer) {
  const isRoot = process.getuid?.() === 0;
  if (installer.asUser) return isRoot ? undefined : [];
  if (isRoot) return [];
  const sudo = onPath('sudo') !== undefined && spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0;
  return sudo ? ['sudo', '-n'] : undefined;
}

function run(prefix, command) {
  const [file, ...args] = [...prefix, 'env', 'DEBIAN_FRONTEND=noninteractive', ...command];
  const result = spawnSync(file, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  return { ok: result.status === 0, output: `${result.stdout ?? ''}${result.stderr ?? ''}`.trim() };
}

/**
 * Makes sure that a Redis server can be started, installing one where that needs no password. On a system with systemd
 * the package starts a service of its own on port 6379; nothing here uses it, and where there is no init system (a
 * container) it stays off.
 */
export function ensureRedis() {
  if (findRedis() !== undefined) return;
  const installer = INSTALLERS.find(({ tool }) => onPath(tool) !== undefined);
  const named = process.env.CONTACT_SYNC_REDIS_SERVER;
  if (named) {
    throw new SetupError(
      `CONTACT_SYNC_REDIS_SERVER names ${named}, which is no Redis 7.0.8+ or Valkey 7.2+ server. Correct it or unset it.`,
    );
  }
  const missing = 'No Redis server (redis-server 7.0.8+ or valkey-server 7.2+) is on the PATH';
  const prefix = installer && privilege(installer);
  if (prefix === undefined) {
    throw new SetupError(waysOut(installer, `${missing}, and none can be installed from here without a password.`));
  }
  const outputs = [];
  // A failed update is no reason to stop: one broken extra repository fails it while the package is to be had.
  for (const command of installer.prepare) outputs.push(run(prefix, command).output);
  for (const name of installer.packages) {
    const command = installer.install(name);
    console.error(`setup: installing a Redis server (${[...prefix, ...command].join(' ')})`);
    outputs.push(run(prefix, command).output);
    if (findRedis() !== undefined) return;
  }
  console.error(outputs.filter(Boolean).join('\n'));
  throw new SetupError(waysOut(installer, `${missing}, and installing one did not help (its output stands above).`));
}
