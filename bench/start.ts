import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { median, type Result } from './result.ts';
import { changedRows } from './rows.ts';
import { inWorld, MEANT, type World } from './world.ts';

export interface StartOptions {
  rounds: number;
  /** Rounds before them that are not counted. Default 1. */
  warmUp?: number;
}

const ROWS = 10;
const HELP_MS = 150;
const SYNC_MS = 1500;

/** Whole processes, from the moment they are started until they are gone. */
export async function start({ rounds, warmUp = 1 }: StartOptions): Promise<Result> {
  return inWorld({ contacts: ROWS }, 'by-command', async (world) => {
    const ways: Record<string, (round: number) => Promise<number>> = {
      'node -e 0': () => bare(world),
      'contact-sync --help': async () => (await world.start(['--help']).ended).ms,
      [`contact-sync sync, ${ROWS} rows`]: (round) => sync(world, `auto-${round}`, []),
      'the same with --pace fixed': (round) => sync(world, `fixed-${round}`, ['--pace', 'fixed']),
    };
    const took = Object.keys(ways).map((): number[] => []);
    // In turn, so that a busy moment of the machine falls on all of them.
    for (let round = 1 - warmUp; round <= rounds; round++) {
      for (const [i, run] of Object.values(ways).entries()) {
        const ms = await run(round);
        if (round > 0) took[i]!.push(ms);
      }
    }
    const { byRoute } = await world.counts();
    const puts = byRoute['PUT contacts/:id'] ?? 0;
    const runs = 2 * (rounds + warmUp);
    if (puts !== ROWS * runs) throw new Error(`${puts} PUTs of ${runs} runs of ${ROWS} rows`);
    const [, help, synced] = took.map(median);
    return {
      setting: `Whole processes, from spawn to exit, ${rounds} of each in turn, after ${warmUp} to warm up. \`sync\` writes ${ROWS} changed rows by id with its default settings, and starts and ends the local Redis of an empty data directory; by default it feels its way to what the desk can do, and with \`--pace fixed\` it does not. \`node -e 0\` is what this machine takes to start Node at all.`,
      tables: [
        {
          title: 'milliseconds',
          head: ['', 'median', 'least', 'most'],
          rows: Object.keys(ways).map((name, i) => {
            const all = took[i]!;
            return [name, ...[median(all), Math.min(...all), Math.max(...all)].map((ms) => ms.toFixed(0))];
          }),
        },
      ],
      goals: [goal('--help', help!, HELP_MS), goal(`sync of ${ROWS} rows`, synced!, SYNC_MS)],
    };
  });
}

function goal(name: string, ms: number, most: number) {
  return { goal: `${name}, median: at most ${most} ms`, measured: `${ms.toFixed(0)} ms`, holds: ms <= most };
}

/** Node alone, in as bare an environment as the program gets. */
async function bare({ dir }: World): Promise<number> {
  const from = performance.now();
  const env = { PATH: process.env.PATH, HOME: dir };
  await once(spawn(process.execPath, ['-e', '0'], { cwd: dir, env, stdio: ['ignore', 'pipe', 'pipe'] }), 'close');
  return performance.now() - from;
}

/** One run in an empty data directory, with the Redis that it starts itself. */
async function sync(world: World, name: string, flags: readonly string[]): Promise<number> {
  const file = await changedRows(world.dir, `${name}.csv`, ROWS);
  const { ms } = await world.start(['sync', '--quiet', ...flags, ...MEANT, file]).ended;
  await rm(path.join(world.dir, 'data'), { recursive: true });
  return ms;
}
