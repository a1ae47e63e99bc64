import { Redis } from 'ioredis';
import { Memory } from '../src/memory/memory.ts';
import type { Sighting } from '../src/memory/pack.ts';
import { keysOf } from '../src/redis/keys.ts';
import { seededContact } from '../src/sandbox/seed.ts';
import { highWaterOf } from './memory.ts';
import type { Result } from './result.ts';
import { mostlyEqualRows } from './rows.ts';
import { inWorld, type World } from './world.ts';

const SECONDS = 60;
const MEGABYTES = 256;
/** One row in so many is another than the desk holds. */
const EVERY = 100;
const AT_ONCE = 2000;
const DAY_MS = 24 * 60 * 60 * 1000;

/** A plan of a file that is remembered but for one row in a hundred, as the second night brings it. */
export async function plan({ rows }: { rows: number }): Promise<Result> {
  return inWorld({ contacts: rows }, 'ready', async (world) => {
    await remember(world, rows);
    const file = await mostlyEqualRows(world.dir, 'rows.csv', rows, EVERY);
    const before = await world.counts();
    const args = ['plan', '--json', '--quiet', '--pace', 'fixed', '--rate', '10000000/min', '--concurrency', '8', file];
    const command = world.start(args);
    let peak = 0;
    const timer = setInterval(() => {
      peak = Math.max(peak, highWaterOf(command.child.pid!));
    }, 100);
    const { stdout, ms } = await command.ended.finally(() => clearInterval(timer));
    const document = JSON.parse(stdout) as { outcomes: Record<string, number>; calls: Record<string, number> };
    const made = (await world.counts()).total - before.total;
    const changed = Math.floor(rows / EVERY);
    if (document.outcomes.updated !== changed || document.outcomes.unchanged !== rows - changed)
      throw new Error(`the plan is another than the file: ${JSON.stringify(document.outcomes)}`);
    const seconds = ms / 1000;
    return {
      setting: `${rows} rows found by e-mail, three fields each, of which one in ${EVERY} changes a contact; everything was seen before. \`plan --json\`, the whole process from start to exit, Redis in a process of its own.`,
      tables: [
        {
          title: 'the plan',
          head: ['rows', 'changes', 'seconds', 'rows/s', 'calls made', 'calls planned', 'peak MB'],
          rows: [
            [
              rows,
              changed,
              seconds.toFixed(1),
              (rows / seconds).toFixed(0),
              made,
              document.calls.total!,
              peak.toFixed(0),
            ],
          ],
        },
      ],
      goals: [
        { goal: `under ${SECONDS} s`, measured: `${seconds.toFixed(1)} s`, holds: seconds < SECONDS },
        { goal: `under ${MEGABYTES} MB`, measured: `${peak.toFixed(0)} MB`, holds: peak < MEGABYTES },
      ],
    };
  });
}

/** What a night before has taught. */
async function remember(world: World, rows: number): Promise<void> {
  const redis = new Redis({ path: `${world.dir}/data/redis/redis.sock` });
  const memory = new Memory(redis, keysOf(world.url, 1), { rememberForMs: DAY_MS });
  for (let from = 1; from <= rows; from += AT_ONCE) {
    const size = Math.min(AT_ONCE, rows + 1 - from);
    await memory.learn(Array.from({ length: size }, (_, i) => sightingOf(from + i)));
  }
  await redis.quit();
}

function sightingOf(id: number): Sighting {
  const { email, phone_number, name, custom_attributes: custom } = seededContact(id);
  return {
    contact: String(id),
    keys: { email, phone_number },
    atMs: Number.POSITIVE_INFINITY,
    fields: [
      ['name', JSON.stringify(name)],
      ['custom_attributes.plan', JSON.stringify(custom.plan)],
      ['custom_attributes.seats', JSON.stringify(custom.seats)],
    ],
  };
}
