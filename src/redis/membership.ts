import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive, type Living } from './living.ts';
import type { Place } from './place.ts';
import { clearRegister } from './register.ts';
import type { Talk } from './talk.ts';

/**
 * Who uses the local server is what its own client list says: each command holds one named connection for as long as it
 * lives. The system closes it on `kill -9`, so a dead command is never counted and no pid can be mistaken for another.
 */
const NAME = 'contact-sync-member';
const LEFT = 'contact-sync-left';

/** Makes this connection count as a member; `CLIENT LIST` then shows its pid. Works while the server still loads. */
export async function enrol(talk: Talk): Promise<void> {
  await talk.ask('CLIENT', 'SETNAME', `${NAME}:${process.pid}`);
}

/** Takes this connection off the count. */
export async function withdraw(talk: Talk): Promise<void> {
  await talk.ask('CLIENT', 'SETNAME', LEFT);
}

/** How many commands use the server. */
export async function countMembers(talk: Talk): Promise<number> {
  const clients = await talk.ask('CLIENT', 'LIST');
  return clients.split('\n').filter((line) => line.includes(` name=${NAME}:`)).length;
}

/** Asks the server for one field of INFO. */
export async function askInfo(talk: Talk, section: string, field: string): Promise<string | undefined> {
  const info = await talk.ask('INFO', section);
  return new RegExp(`^${field}:(.*?)\\r?$`, 'm').exec(info)?.[1];
}

/** Longest that the file may take to be made anew, in ms; more is left to the next end. */
const REWRITE_MS = 10_000;

/**
 * Makes the append-only file anew, from what the server holds now. The old one still has every value that ever waited to be
 * written, and people's data should not stay on the disk longer than it is needed.
 */
async function forgetPast(talk: Talk): Promise<void> {
  const persistence = (field: string) => askInfo(talk, 'persistence', field);
  if ((await persistence('aof_current_size')) === (await persistence('aof_base_size'))) return;
  await talk.ask('BGREWRITEAOF');
  const deadline = Date.now() + REWRITE_MS;
  const busy = async () =>
    (await persistence('aof_rewrite_in_progress')) === '1' || (await persistence('aof_rewrite_scheduled')) === '1';
  while ((await busy()) && Date.now() < deadline) await sleep(5);
}

/** Ends the server with its data on disk and waits until its process is gone. Call it inside the lock. */
export async function shutDown(talk: Talk, place: Place, server: Living): Promise<void> {
  // Without it nothing is lost: a server that is full or busy is ended all the same.
  await forgetPast(talk).catch(() => undefined);
  // A rewrite of the append-only file may be in its way: refused is asked again, then forced (nothing is lost by it,
  // the file that is being replaced is still whole).
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const words = attempt < 19 ? ['SHUTDOWN', 'NOSAVE'] : ['SHUTDOWN', 'NOSAVE', 'NOW', 'FORCE'];
    const refused = await talk.ask(...words).then(
      () => true,
      (error: Error) => !error.message.includes('lost'),
    );
    if (!refused) break;
    await sleep(250);
  }
  await gone(server);
  clearRegister(place.dir);
}

/** Waits until the process is gone, and kills it when it takes longer than 30 s: its files must have one writer. */
export async function gone(server: Living): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (isAlive(server)) {
    if (Date.now() > deadline) {
      try {
        process.kill(server.pid, 'SIGKILL');
      } catch {
        // Gone in this very moment.
      }
    }
    await sleep(10);
  }
}
