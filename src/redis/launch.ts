import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { RedisError } from './error.ts';
import type { ServerBinary } from './find.ts';
import { identify, type Living } from './living.ts';
import type { Place } from './place.ts';
import { talkTo } from './talk.ts';

const START_LIMIT_MS = 15_000;

/**
 * The settings of the local server. Durable to a second; it never throws a job away to make room; and hashes up to 512
 * bytes a field stay packed, which takes a third off the memory of a waiting job.
 */
function settings(place: Place): string[] {
  const wanted: Record<string, string> = {
    port: '0',
    unixsocket: place.socket,
    unixsocketperm: '700',
    dir: place.dir,
    logfile: place.log,
    daemonize: 'no',
    appendonly: 'yes',
    appendfsync: 'everysec',
    // A crash may leave half a command at the end of the file: it was never acknowledged as synced, so it is cut off.
    'aof-load-truncated': 'yes',
    save: '',
    'maxmemory-policy': 'noeviction',
    // Its log of slow commands would keep what they carried.
    'slowlog-max-len': '0',
    'hash-max-listpack-value': '512',
    'hash-max-listpack-entries': '512',
    timeout: '0',
  };
  return Object.entries(wanted).flatMap(([name, value]) => [`--${name}`, value]);
}

/** What a process that outlives its starter may see: no token, no address, no password of ours. */
function bareEnvironment(): Record<string, string> {
  const kept = ['PATH', 'HOME', 'LANG', 'TMPDIR', 'TZ'];
  return Object.fromEntries(kept.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}

/** Starts a process that lives on when this one is killed, in its own session so that Ctrl-C passes it by. */
function spawnDetached(command: string, args: readonly string[], place: Place): ChildProcess {
  const output = openSync(place.log, 'a', 0o600);
  // The server makes its files for everybody but for this mask, which it takes over from us.
  const mask = process.umask(0o077);
  try {
    const child = spawn(command, args, {
      // Not the data directory: whoever removes that must not be held up, or find a process without a directory.
      cwd: '/',
      detached: true,
      env: bareEnvironment(),
      stdio: ['ignore', output, output],
    });
    child.unref();
    return child;
  } finally {
    process.umask(mask);
    closeSync(output);
  }
}

/** The failure to start a server, with the end of its log: what it wrote after byte `from`. */
export function startFailed(place: Place, happened: string, from = 0): RedisError {
  const text = readFileSync(place.log).subarray(from).toString('utf8').trim();
  const lines = (text || '(empty)').split('\n').slice(-8);
  return new RedisError(
    'redis-start-failed',
    `The local Redis did not start: ${happened}. The end of ${place.log}:\n${lines.map((line) => `  | ${line}`).join('\n')}\n`,
    'Mend what the log names (a full disk; a file system without unix sockets; damaged data: run redis-check-aof --fix on appendonlydir/*.manifest), set CONTACT_SYNC_DATA_DIR to another directory, or set REDIS_URL.',
  );
}

/**
 * Starts a server in `place` and waits until it listens; it may still be loading its data then. `spawned` hears of the
 * process before it listens, so that even a starter killed in between leaves word of it.
 */
export async function launchServer(
  binary: ServerBinary,
  place: Place,
  spawned: (server: Living) => void,
): Promise<Living> {
  const from = statSync(place.log, { throwIfNoEntry: false })?.size ?? 0;
  const child = spawnDetached(binary.path, settings(place), place);
  let ended: string | undefined;
  child.once('error', (error) => {
    ended = error.message;
  });
  child.once('exit', (code, signal) => {
    ended = signal ?? `exit code ${code}`;
  });
  const server = child.pid === undefined ? undefined : identify(child.pid);
  if (server !== undefined) spawned(server);
  const deadline = Date.now() + START_LIMIT_MS;
  while (ended === undefined && Date.now() < deadline) {
    const talk = await talkTo(place.socket);
    // It listens a moment before it looks at its data, and may end there: only a reply shows that it came through.
    const replied = await talk?.ask('INFO', 'server').catch(() => undefined);
    talk?.close();
    if (replied !== undefined && server !== undefined) return server;
    await sleep(5);
  }
  child.kill('SIGKILL');
  const why = ended ?? `no answer within ${START_LIMIT_MS / 1000} s`;
  throw startFailed(place, `${binary.path} ended with ${why}`, from);
}

/** Starts the keeper of `place`, which ends the server when no command uses it; `idleMs` as in EmbeddedOptions. */
export function launchKeeper(place: Place, idleMs: number): Living | undefined {
  const here = import.meta.filename;
  const keeper = join(import.meta.dirname, `keeper${extname(here)}`);
  // Sources run through tsx in development; its loader is named by address since the keeper works elsewhere.
  const loader = extname(here) === '.ts' ? ['--import', import.meta.resolve('tsx')] : [];
  const child = spawnDetached(process.execPath, [...loader, keeper, place.dir, place.socket, String(idleMs)], place);
  // A keeper that cannot start leaves the server to the last member that leaves: no reason to fail.
  child.once('error', () => {});
  return child.pid === undefined ? undefined : identify(child.pid);
}
