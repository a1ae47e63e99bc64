import type { MatchKey } from '../../src/contact/change.ts';
import { Memory } from '../../src/memory/memory.ts';
import type { RecallableRow, Sighting } from '../../src/memory/pack.ts';
import { beginRun, type Room, roomIn, v } from '../queue/room.ts';
import type { TestRedis } from '../redis/server.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** A room with a memory of thirty days, and the run `r1`. */
export async function remembering(server: TestRedis): Promise<Room & { memory: Memory }> {
  const room = roomIn(server);
  await beginRun(room, 'r1');
  return { ...room, memory: new Memory(room.redis, room.keys, { rememberForMs: 30 * DAY_MS }) };
}

/** The contact as the desk was seen to hold it just now, found by its e-mail `c<contact>@crm.test`. */
export function sighting(contact: string, fields: Record<string, unknown>, more: Partial<Sighting> = {}): Sighting {
  return {
    contact,
    keys: { email: `c${contact}@crm.test`, phone_number: `+49${contact}` },
    atMs: Number.POSITIVE_INFINITY,
    fields: jsonOf(fields),
    ...more,
  };
}

/** A row that is found by this key; its version is `v(row)`. */
export function row(
  number: number,
  key: readonly [MatchKey, string],
  fields: Record<string, unknown>,
  more: Partial<RecallableRow> = {},
): RecallableRow {
  const place = { row: number, file: 0, line: number + 2 };
  return { ...place, run: 'r1', version: v(number), key, fields: jsonOf(fields), trustedSince: 0, ...more };
}

function jsonOf(fields: Record<string, unknown>): [string, string][] {
  return Object.entries(fields).map(([field, value]) => [field, JSON.stringify(value)]);
}
