import path from 'node:path';
import { Quarantine } from '../events/quarantine.ts';
import { estimate } from '../redis/estimate.ts';
import { usedMemory } from '../redis/used-memory.ts';
import type { Stores } from '../report/stores.ts';
import { keptUndo } from '../undo/kept.ts';
import type { Engine } from './engine.ts';
import { changesFileOf } from './kept.ts';

/** Runs whose outcomes may wait in Redis that are looked at. */
const RUNS = 100;

/** What is kept of everything, in Redis and on this machine. Never goes through all of a large Redis. */
export async function storesOf(engine: Engine): Promise<Stores> {
  const { redis, node, keys, runs, bound } = engine;
  const { base, memory } = keys;
  const [server, found, changes, outcomes, events, sizes, undo, kept, oldest, learning] = await Promise.all([
    usedMemory(node),
    estimate(node, {
      keys: `${memory}:k:`,
      contacts: `${memory}:m:`,
      versions: `${base}:v:`,
      mailboxes: `${base}:p:`,
      batches: `${base}:b:`,
      lists: `${base}:in:`,
    }),
    engine.backlog(),
    outcomesOf(engine),
    new Quarantine(redis, keys).size(),
    sizeOf(engine, [`${base}:quarantine`, `${base}:quarantined`]),
    keptUndo(path.dirname(changesFileOf(engine.config, '_'))),
    redis.zcard(keys.runs),
    redis.zrange(keys.runs, '0', '0', 'WITHSCORES'),
    bound.learning(),
  ]);
  return {
    redis: { used_bytes: server.used, maxmemory_bytes: server.limit },
    remembered: {
      contacts: found.contacts.entries,
      bytes: found.keys.bytes + found.contacts.bytes,
      most_bytes: bound.most(server),
      learning,
    },
    versions: { contacts: found.versions.entries, bytes: found.versions.bytes },
    waiting: { changes, bytes: found.mailboxes.bytes + found.batches.bytes + found.lists.bytes },
    outcomes,
    quarantine: { events, bytes: sizes },
    undo: { ...undo, oldest: undo.oldest === null ? null : new Date(undo.oldest).toISOString() },
    runs: { kept, oldest: oldest[1] === undefined ? null : new Date(Number(oldest[1])).toISOString() },
  };

  async function outcomesOf({ unwritten }: Engine): Promise<Stores['outcomes']> {
    const open = await redis.zrevrange(keys.runs, 0, RUNS - 1);
    const names = [...new Set([...open, ...(await unwritten.list()).map(({ run }) => run)])];
    const rows = await Promise.all(names.map((run) => runs.waitingOutcomes(run)));
    const waiting = names.filter((_, i) => rows[i]! > 0);
    const logs = waiting.map((run) => `${keys.run(run)}:log`);
    return { rows: rows.reduce((sum, n) => sum + n, 0), bytes: await sizeOf(engine, logs) };
  }
}

/** Bytes of these keys, judged by a few of their entries; 0 where the server does not tell. */
async function sizeOf({ node }: Engine, names: readonly string[]): Promise<number> {
  const sizes = await Promise.all(names.map((name) => node.memory('USAGE', name, 'SAMPLES', 100).catch(() => null)));
  return sizes.reduce<number>((sum, size) => sum + Number(size ?? 0), 0);
}
