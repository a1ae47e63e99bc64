import { ALL_PARTS, GOT, HTTP, OUR_OWN, profiled, SOCKET } from './profile.ts';
import type { Table } from './result.ts';
import { LOOP, QUEUE, RIVALS, SYNC } from './rivals.ts';
import { changedRows } from './rows.ts';
import { inWorld } from './world.ts';

/** Microseconds a row, by part. */
type Parts = ReadonlyMap<string, number>;

const NAMES = [LOOP, QUEUE, SYNC] as const;

/** Where the CPU time of a row goes, without latency: a profile of one run of each, and what it says. */
export async function profiles(options: { rows: number; concurrency: number }): Promise<{
  table: Table;
  notes: string[];
}> {
  const { rows, concurrency } = options;
  const found = await inWorld({ every: 1 }, 'ready', async (world) => {
    const parts: Parts[] = [];
    for (const [i, name] of NAMES.entries()) {
      const file = await changedRows(world.dir, `profile-${i}.csv`, rows);
      const rival = RIVALS.find((one) => one.name === name)!;
      parts.push(
        await profiled(rows, async (node) => void (await rival.run({ world, file, rows, concurrency, node }))),
      );
    }
    return parts;
  });
  const of = (parts: Parts, names: readonly string[] = ALL_PARTS) =>
    names.reduce((sum, name) => sum + (parts.get(name) ?? 0), 0);
  const [loop, queue, sync] = found as [Parts, Parts, Parts];
  const us = (parts: Parts, names?: readonly string[]) => `${of(parts, names).toFixed(0)} µs`;
  return {
    table: {
      title: 'where the time goes that they are busy: microseconds a row, by profile (--cpu-prof slows them a little)',
      head: ['', ...NAMES],
      rows: [
        ...ALL_PARTS.map((part) => [part, ...found.map((parts) => of(parts, [part]).toFixed(0))]),
        ['in all', ...found.map((parts) => of(parts).toFixed(0))],
      ],
    },
    notes: [
      `What the profile shows: a request with got takes ${us(loop, [GOT, HTTP])} in the plain loop and ${us(sync, [GOT, HTTP])} in \`sync\`, which asks got for a stream instead of a promise around one, keeps it from putting together the thirty settings of a request for Node, and says the five that are needed itself (src/chatwoot/client.ts, wire.ts): an object of thirty settings a request cost more in garbage than in time. What is left is got's own: an options object for each request that is copied and checked, and a stream around Node's stream. The headers, timeouts and kinds of failure it gives in return are what [the retries](outcomes.md) stand on.`,
      `\`sync\` is busy for ${us(sync)} a row where the bare queue is for ${us(queue)}: ${us(sync, OUR_OWN)} are our own code (looking into the mailbox before a write and taking out what was written, the limit that all processes share, what is remembered, one outcome in the report), ${us(sync, [SOCKET])} against ${us(queue, [SOCKET])} go to Redis for them. What jobs ask of Redis in one turn of the event loop goes in one call (src/redis/together.ts). With two processes the machine is the limit: two cores have the programs, Redis and the server on them.`,
    ],
  };
}
