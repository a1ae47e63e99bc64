import { closeSync, openSync, readdirSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { RedisError } from './error.ts';
import { identify, isAlive, type Living } from './living.ts';

/**
 * A lock between processes that survives `kill -9` of its holder.
 *
 * Files `lock.1`, `lock.2`, ... are tickets, created with O_EXCL; the highest number holds the lock while its process
 * lives and has not written `released`. To take over, a process creates the next number, and only one can. A plain lock
 * file would have to be deleted when its holder died, and two processes deleting it at the same moment could delete
 * each other's: here the highest ticket is never deleted, so the number only rises and that race does not exist.
 */
const TICKET = /^lock\.(\d+)$/;
const POLL_MS = 15;
const RELEASED = 'released';

function tickets(dir: string): number[] {
  const numbers = readdirSync(dir).map((name) => TICKET.exec(name)?.[1]);
  return numbers.filter((text) => text !== undefined).map(Number);
}

function holder(file: string): Living | undefined {
  try {
    const text = readFileSync(file, 'utf8');
    if (text.endsWith(RELEASED)) return undefined;
    return JSON.parse(text) as Living;
  } catch {
    // Between its creation and its first write a ticket is empty; after a while its creator must have died there.
    const age = Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0);
    return age < 2000 ? identify(process.pid) : undefined;
  }
}

function tryTake(dir: string): { release(): void } | { heldBy: number } {
  const top = Math.max(0, ...tickets(dir));
  if (top > 0) {
    const owner = holder(join(dir, `lock.${top}`));
    if (owner !== undefined && isAlive(owner)) return { heldBy: owner.pid };
  }
  const mine = join(dir, `lock.${top + 1}`);
  let file: number;
  try {
    file = openSync(mine, 'wx', 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return { heldBy: 0 };
    throw error;
  }
  writeSync(file, JSON.stringify(identify(process.pid)));
  if (Math.max(...tickets(dir)) !== top + 1) {
    // We looked, then slept while others took and left the lock: this number was free because it was cleaned up.
    closeSync(file);
    rmSync(mine, { force: true });
    return { heldBy: 0 };
  }
  for (const old of tickets(dir)) if (old <= top) rmSync(join(dir, `lock.${old}`), { force: true });
  return {
    release: () => {
      writeSync(file, RELEASED);
      closeSync(file);
    },
  };
}

/**
 * Runs `work` while no other process is inside a `withLock` of the same directory. Waits for the lock up to
 * `patienceMs`, then throws a RedisError that names the process holding it.
 */
export async function withLock<T>(dir: string, work: () => Promise<T>, patienceMs = 60_000): Promise<T> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const taken = tryTake(dir);
    if ('release' in taken) {
      try {
        return await work();
      } finally {
        taken.release();
      }
    }
    if (Date.now() > deadline) {
      throw new RedisError(
        'redis-busy',
        `Process ${taken.heldBy || 'of another command'} has been starting or stopping the local Redis in ${dir} for ${Math.round(patienceMs / 1000)} s.`,
        'Look at what it does (redis.log in that directory), end it if it hangs, then run the command again.',
      );
    }
    await sleep(POLL_MS * (1 + Math.random()));
  }
}
