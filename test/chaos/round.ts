import { setTimeout as sleep } from 'node:timers/promises';
import { keysOf } from '../../src/redis/keys.ts';
import { keys } from './checks/keys.ts';
import { leftOver } from './checks/left-over.ts';
import { outcomes } from './checks/outcomes.ts';
import { pace } from './checks/pace.ts';
import { silence } from './checks/silence.ts';
import { totals } from './checks/totals.ts';
import { seeded } from './crm.ts';
import { differences, modelOf } from './model.ts';
import { inTime, ROUND_WITHIN_MS } from './patience.ts';
import type { Round } from './schedule.ts';
import { type Struck, strikeAll } from './strikes.ts';
import { WORKS } from './works/catalog.ts';
import type { Done } from './works/work.ts';
import { type Ground, openWorld, type World } from './world.ts';

/** How a round went. */
export interface Played {
  /** What does not hold, a sentence each. */
  wrong: string[];
  /** Where everything of a round that failed is kept. */
  kept: string | undefined;
  struck: Struck;
  /** Rows and events that have their outcome, calls that arrived at the desk, processes that were started. */
  rows: number;
  calls: number;
  processes: number;
  seconds: number;
}

/** Plays one round to its end and checks everything, within `withinMs`. `say` hears what happens as it does. */
export async function play(
  round: Round,
  ground: Ground,
  say: (text: string) => void,
  withinMs = ROUND_WITHIN_MS,
): Promise<Played> {
  const from = performance.now();
  const struck: Struck = {};
  const world = await openWorld(round, ground);
  const wrong: string[] = [];
  let rows = 0;
  let now = 'the work';
  const at = (step: string) => {
    now = step;
    say(`${((performance.now() - from) / 1000).toFixed(1).padStart(5)} s  ${step}`);
  };
  const still = () => {
    const running = [...world.crew.members].map(({ args }) => args.join(' ')).join(', ');
    return `${now} (running: ${running || 'nothing'})`;
  };
  const whole = async () => {
    const done = await worked(world, struck, say);
    rows = done.books.reduce((sum, book) => sum + book.rows, 0);
    await judge(world, done, wrong, at);
  };
  try {
    await inTime(withinMs, whole(), still);
  } catch (error) {
    wrong.push(error instanceof Error ? error.message : String(error));
    await world.crew.abandon();
  }
  wrong.push(...world.crew.faults);
  const isKept = wrong.length > 0;
  await world.close(isKept);
  return {
    wrong,
    kept: isKept ? world.base : undefined,
    struck,
    rows,
    calls: world.sandbox.counts.total,
    processes: world.crew.started,
    seconds: Math.round((performance.now() - from) / 100) / 10,
  };
}

async function worked(world: World, struck: Struck, say: (text: string) => void): Promise<Done> {
  const work = WORKS.find(({ name }) => name === world.round.work);
  if (work === undefined)
    throw new Error(`No work is called ${world.round.work}. Known: ${WORKS.map(({ name }) => name).join(', ')}`);
  const [done] = await Promise.all([work.run(world, seeded(world.round.data)), strikeAll(world, struck, say)]);
  return done;
}

/** Looks at everything when the work is done; what does not hold is in `wrong` as soon as it is known. */
async function judge(world: World, { books, model }: Done, wrong: string[], at: (step: string) => void) {
  const { crew, sandbox } = world;
  at('the work is done, its last jobs');
  wrong.push(...(await emptied(world)));
  for (const book of books) {
    at(`the outcomes of ${book.run}`);
    wrong.push(...(await outcomes(world, book)));
  }
  at('the end of all processes');
  await crew.dismiss();
  at('what is left');
  const different = differences(model, modelOf(sandbox));
  wrong.push(...different.slice(0, 10));
  if (different.length > 10) wrong.push(`and ${different.length - 10} more fields`);
  wrong.push(...pace(world), ...silence(world), ...(await leftOver(world)), ...(await keys(world)));
  wrong.push(...(await totals(world)));
}

/** Jobs that find nothing to do any more are taken by any worker within this time, in milliseconds. */
const EMPTIED_WITHIN_MS = 45_000;

/** A run may be over while a job is left that would find its mailbox empty: a worker takes those, as on any other day. */
async function emptied(world: World): Promise<string[]> {
  const { crew, ground, url, sandbox } = world;
  const { tag, queue, dirty, batches } = keysOf(url, sandbox.account);
  const redis = ground.redis.client();
  crew.keep('worker', ['work']);
  const left = async (): Promise<string[]> => {
    const lists = ['wait', 'active'].map((name) => `${tag}:${queue}:${name}`);
    const sets = [...['delayed', 'prioritized'].map((name) => `${tag}:${queue}:${name}`), dirty, batches];
    const counts = await Promise.all([
      ...lists.map(async (key) => [key, await redis.llen(key)] as const),
      ...sets.map(async (key) => [key, await redis.zcard(key)] as const),
    ]);
    return counts
      .filter(([, n]) => n > 0)
      .map(([key, n]) => `${n} in ${key.slice(tag.length + 1)} after ${EMPTIED_WITHIN_MS} ms`);
  };
  try {
    for (const end = performance.now() + EMPTIED_WITHIN_MS; ; await sleep(200)) {
      const still = await left();
      if (still.length === 0 || performance.now() > end) return still;
    }
  } finally {
    redis.disconnect();
  }
}
