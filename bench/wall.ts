import { setTimeout as sleep } from 'node:timers/promises';
import type { Result } from './result.ts';
import { changedRows } from './rows.ts';
import { inWorld, MEANT } from './world.ts';

export interface WallOptions {
  /** Clock minutes that are counted, the two in which the limit is learnt included. */
  minutes: number;
}

const LIMITS = [60, 300, 3000];
const LEAST_USED = 0.85;
const MOST_REFUSED = 0.01;

interface Met {
  limit: number;
  /** Calls that got through in each full clock minute. */
  passed: number[];
  refused: number;
  calls: number;
}

/** Limits that nobody told of, on the real clock; each desk, Redis and run is its own, side by side. */
export async function wall({ minutes }: WallOptions): Promise<Result> {
  const met = await Promise.all(LIMITS.map((limit) => meet(limit, minutes)));
  const refused = Math.max(...met.map((one) => one.refused / one.calls));
  const used = Math.min(...met.map(({ limit, passed }) => Math.min(...passed.slice(2)) / limit));
  return {
    setting: `\`sync --pace auto --desk-share 100\`, told of no limit, at sandboxes without the desk model that answer 429 beyond so many calls a clock minute.`,
    tables: [
      {
        title: 'calls that got through',
        head: ['limit', ...Array.from({ length: minutes }, (_, i) => `full minute ${i + 1}`), '429s', 'of all calls'],
        rows: met.map(({ limit, passed, refused: no, calls }) => [limit, ...passed, no, calls]),
      },
    ],
    goals: [
      {
        goal: `at most ${MOST_REFUSED * 100} % of calls answered 429`,
        measured: `${(refused * 100).toFixed(2)} %`,
        holds: refused <= MOST_REFUSED,
      },
      {
        goal: `at least ${LEAST_USED * 100} % of the limit used after the second minute`,
        measured: `${(used * 100).toFixed(1)} %`,
        holds: used >= LEAST_USED,
      },
    ],
  };
}

async function meet(limit: number, minutes: number): Promise<Met> {
  const rows = limit * (minutes + 2);
  return inWorld({ contacts: rows, rateLimit: limit }, 'ready', async (world) => {
    const file = await changedRows(world.dir, 'rows.csv', rows);
    const pace = ['--pace', 'auto', '--desk-share', '100'];
    const run = world.start(['sync', '--quiet', '--no-undo', ...pace, ...MEANT, file]);
    run.ended.catch(() => undefined);
    while ((await world.counts()).total < 3) await sleep(100);
    const first = Math.floor(Date.now() / 60_000) + 1;
    await sleep((first + minutes) * 60_000 + 500 - Date.now());
    const { perMinute, total } = await world.counts();
    run.child.kill('SIGTERM');
    await run.ended.catch(() => undefined);
    const full = perMinute.filter(([minute]) => minute >= first && minute < first + minutes);
    return {
      limit,
      passed: full.map(([, all, limited]) => all - limited),
      refused: perMinute.reduce((sum, [, , limited]) => sum + limited, 0),
      calls: total,
    };
  });
}
