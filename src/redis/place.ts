import { createHash } from 'node:crypto';
import { accessSync, chmodSync, constants, lstatSync, mkdirSync, realpathSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { RedisError } from './error.ts';

/** Where the local server of one data directory lives. All paths are absolute. */
export interface Place {
  /** Holds the append-only files, the log and the locks. */
  dir: string;
  socket: string;
  log: string;
}

/** The system's limit is 108 bytes on Linux and 104 elsewhere, with a closing zero. */
const LONGEST_SOCKET = 103;

/** A directory in the shared temporary directory: somebody else's of that name must not be trusted with the socket. */
function ownDirectory(path: string): string {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const found = lstatSync(path);
  if (!found.isDirectory() || found.uid !== (process.getuid?.() ?? found.uid)) {
    throw Object.assign(new Error(`${path} belongs to another user`), { code: 'EACCES', path });
  }
  if ((found.mode & 0o077) !== 0) chmodSync(path, 0o700);
  return path;
}

/** One that was made by hand, or by an earlier version, may stand open to others. */
function closeToOthers(dir: string): void {
  const { mode, uid } = statSync(dir);
  if ((mode & 0o077) !== 0 && uid === process.getuid?.()) chmodSync(dir, 0o700);
}

/**
 * A unix socket's path is limited, so the socket of a deeply nested data directory goes to the temporary directory,
 * under a name derived from the real path: every command arrives at the same one.
 */
function socketFor(dir: string): string {
  const inside = join(dir, 'redis.sock');
  if (Buffer.byteLength(inside) <= LONGEST_SOCKET) return inside;
  const name = `contact-sync-${createHash('sha256').update(dir).digest('hex').slice(0, 16)}`;
  const nested = join(tmpdir(), name);
  const fits = Buffer.byteLength(join(nested, 'redis.sock')) <= LONGEST_SOCKET;
  return join(ownDirectory(fits ? nested : join('/tmp', name)), 'redis.sock');
}

/** Makes the directories. Throws a RedisError when they cannot be written. */
export function preparePlace(dataDir: string): Place {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const dir = join(realpathSync(dataDir), 'redis');
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    closeToOthers(dir);
    accessSync(dir, constants.R_OK | constants.W_OK | constants.X_OK);
    return { dir, socket: socketFor(dir), log: join(dir, 'redis.log') };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new RedisError(
      'redis-data-dir',
      `The local Redis cannot use the data directory ${resolve(dataDir)} (${code === 'EACCES' ? message : (code ?? message)}).`,
      'Give this user write access to it, set CONTACT_SYNC_DATA_DIR to a directory that has it, or set REDIS_URL.',
      { cause: error },
    );
  }
}
