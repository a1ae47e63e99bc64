import { setTimeout as sleep } from 'node:timers/promises';
import type { Result } from './result.ts';
import { changedRows } from './rows.ts';
import { inWorld, MEANT } from './world.ts';

export interface LimitOptions {
  /** Full clock minutes that are counted. */
  minutes: number;
}

const RATE = 600;
const LEAST = 0.95;
const FLEETS = [1, 2, 4];

interface Fleet {
  processes: number;
  /** Calls of each full clock minute. */
  counted: number[];
  limited: number;
}

/** One limiter for any number of processes, on the real clock. The fleets have a desk and a Redis each and run side by side. */
export async function limit({ minutes }: LimitOptions): Promise<Result> {
  const fleets = await Promise.all(FLEETS.map((processes) => runFleet(processes, minutes)));
  const counted = fleets.flatMap((fleet) => fleet.counted);
  const limited = fleets.reduce((sum, fleet) => sum + fleet.limited, 0);
  const [most, least] = [Math.max(...counted), Math.min(...counted)];
  return {
    setting: `\`work --rate ${RATE}/min\` in 1, 2 and 4 processes, 2 in flight each, at sandboxes that answer 429 beyond ${RATE} calls a clock minute.`,
    tables: [
      {
        title: 'calls counted by the sandbox',
        head: ['processes', ...Array.from({ length: minutes }, (_, i) => `full minute ${i + 1}`), '429s'],
        rows: fleets.map((fleet) => [fleet.processes, ...fleet.counted, fleet.limited]),
      },
    ],
    goals: [
      { goal: `never more than ${RATE} calls in a clock minute`, measured: `at most ${most}`, holds: most <= RATE },
      {
        goal: `at least ${LEAST * 100} % of them used`,
        measured: `at least ${least} (${((least / RATE) * 100).toFixed(1)} %)`,
        holds: least >= RATE * LEAST,
      },
      { goal: 'no 429', measured: String(limited), holds: limited === 0 },
    ],
  };
}

async function runFleet(processes: number, minutes: number): Promise<Fleet> {
  const rows = RATE * (minutes + 2);
  return inWorld({ contacts: rows, rateLimit: RATE }, 'ready', async (world) => {
    const file = await changedRows(world.dir, 'rows.csv', rows);
    const pace = ['--pace', 'fixed', '--rate', `${RATE}/min`, '--concurrency', '2'];
    await world.start(['enqueue', '--quiet', ...MEANT, file]).ended;
    const workers = Array.from({ length: processes }, () =>
      world.start(['work', '--quiet', '--log-level', 'error', ...pace]),
    );
    // The rate is in force when the first calls come; what is counted begins with the next full minute.
    while ((await world.counts()).total < 10) await sleep(200);
    const first = Math.floor(Date.now() / 60_000) + 1;
    const end = (first + minutes) * 60_000 + 1000;
    while (Date.now() < end) {
      await Promise.race([sleep(Math.max(1, end - Date.now())), ...workers.map(({ ended }) => ended)]);
    }
    const { perMinute } = await world.counts();
    for (const { child } of workers) child.kill('SIGTERM');
    await Promise.all(workers.map(({ ended }) => ended));
    const full = perMinute.filter(([minute]) => minute >= first && minute < first + minutes);
    return {
      processes,
      counted: full.map(([, total]) => total),
      limited: perMinute.reduce((sum, [, , blocked]) => sum + blocked, 0),
    };
  });
}
