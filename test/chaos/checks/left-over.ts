import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { World } from '../world.ts';

/** Sockets of an ended process are closed within a moment, in milliseconds. */
const WITHIN_MS = 5000;

/** Nothing is left of a round: no process, no connection, no call. To be looked at when all commands have ended. */
export async function leftOver({ base, wire, ground, sandbox, crew }: World): Promise<string[]> {
  const counts = () => ({
    'processes of the program': crew.members.size + processesOf(base).length,
    'connections to the desk': wire.connections,
    'connections to Redis': ground.wire.connections,
    'calls in flight': sandbox.inFlight,
  });
  for (const end = performance.now() + WITHIN_MS; performance.now() < end; await sleep(50))
    if (Object.values(counts()).every((n) => n === 0)) return [];
  const states = [...wire.states, ...ground.wire.states].map((state) => ` (${state})`).join('');
  return Object.entries(counts()).flatMap(([what, n]) => (n === 0 ? [] : [`${n} ${what} are left${states}`]));
}

/** Ids of processes whose environment is that of the round: children's children are among them. Linux only. */
function processesOf(base: string): string[] {
  let ids: string[] = [];
  try {
    ids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
  return ids.filter((id) => {
    try {
      return readFileSync(`/proc/${id}/environ`, 'latin1').split('\0').includes(`CHAOS_ROUND=${base}`);
    } catch {
      return false;
    }
  });
}
