/**
 * A small process beside the local server: ends it when no command has used it for a while. A command that leaves
 * properly ends the server itself when it was the last; this is for the ones that were killed, so that no server stays
 * behind for ever. It loads nothing but Node, and nothing depends on it: without it the server only lives longer.
 *
 *   node keeper.js <directory> <socket> <idle milliseconds>
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { withLock } from './lock.ts';
import { countMembers, shutDown } from './membership.ts';
import { readRegister } from './register.ts';
import { type Talk, talkTo } from './talk.ts';

/** Whether the server has members. One that listens but does not answer is busy, not unused. */
async function inUse(talk: Talk | undefined): Promise<boolean> {
  return talk !== undefined && (await countMembers(talk).catch(() => 1)) > 0;
}

/** Looks once more where nobody can come or go, and ends the server if it is still unused. Says whether to go on. */
async function endIfUnused(dir: string, socket: string): Promise<boolean> {
  const register = readRegister(dir);
  // Ended by its last member, or another keeper was appointed.
  if (register?.keeper?.pid !== process.pid) return false;
  const talk = await talkTo(socket);
  if (talk === undefined) return false;
  if (await inUse(talk)) {
    talk.close();
    return true;
  }
  await shutDown(talk, { dir, socket, log: '' }, register.server);
  return false;
}

async function keep(dir: string, socket: string, idleMs: number): Promise<void> {
  const pause = Math.max(50, Math.min(2000, idleMs / 3));
  let talk: Talk | undefined;
  let unusedSince = Date.now();
  // Our starter holds the lock until it has registered us.
  await withLock(dir, async () => {});
  for (;;) {
    await sleep(pause);
    if (readRegister(dir)?.keeper?.pid !== process.pid) return;
    if (talk === undefined) {
      talk = await talkTo(socket);
      void talk?.closed.then(() => {
        talk = undefined;
      });
    }
    if (await inUse(talk)) {
      unusedSince = Date.now();
    } else if (Date.now() - unusedSince >= idleMs) {
      if (!(await withLock(dir, () => endIfUnused(dir, socket)))) return;
      unusedSince = Date.now();
    }
  }
}

const [dir, socket, idleMs] = process.argv.slice(2);
if (dir === undefined || socket === undefined) {
  console.error('The keeper is started by contact-sync itself: it takes a directory, a socket and milliseconds.');
  process.exitCode = 2;
} else {
  await keep(dir, socket, Number(idleMs) || 10_000);
}
