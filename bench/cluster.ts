import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { keysOf } from '../src/redis/keys.ts';
import type { Summary } from '../src/run/summary.ts';
import { startTestCluster, type TestCluster } from '../test/redis/cluster.ts';
import type { Result } from './result.ts';
import { changedRows } from './rows.ts';
import { said } from './said.ts';
import { inWorld, MEANT, type World } from './world.ts';

export interface ClusterOptions {
  rows: number;
  /** Processes that work; two of them are killed. */
  workers: number;
}

const FILE = 'rows.csv';
const RUN = 'cluster';
const FULL_SPEED = ['--pace', 'fixed', '--rate', '10000000/min', '--concurrency', '8'];

/** Progress is looked at so often, in milliseconds. */
const LOOK_MS = 100;

/** The node that was killed comes back so long afterwards, as a replica; in milliseconds. */
const BACK_AFTER_MS = 5000;

/** Without a write for so long nothing more is to be hoped for, in milliseconds. */
const GIVE_UP_MS = 120_000;

/** Rows through a cluster whose primary dies, with workers that die as well: what it costs, and that nothing is lost. */
export async function clusterBench({ rows, workers }: ClusterOptions): Promise<Result> {
  const cluster = await startTestCluster();
  try {
    return await inWorld({ contacts: rows }, { url: cluster.url }, async (world) => {
      const file = await changedRows(world.dir, FILE, rows);
      const { seconds, standstills, summary } = await course(world, cluster, file, { rows, workers });
      const { byRoute, maxInFlightPerContact } = await world.counts();
      const wrong = await world.namedOtherwise(`(${FILE})`);
      const settled = Object.values(summary.outcomes).reduce((sum, n) => sum + n, 0);
      const outcomes = Object.entries(summary.outcomes).filter(([, n]) => n > 0);
      return {
        setting: `${rows} changed rows by id, six fields each, --no-undo, read by \`enqueue\` while ${workers} \`work\` are at it, no latency. Three primaries with a replica each (append-only files, node timeout 1 s), all on this machine. Under way one worker is killed with -9, then the primary that has the keys (it comes back as a replica ${BACK_AFTER_MS / 1000} s later), then another worker.`,
        tables: [
          {
            title: 'the run',
            head: ['rows', 'seconds', 'rows/s', 'PUTs', 'seconds without a PUT after the failover', 'outcomes'],
            rows: [
              [
                rows,
                seconds.toFixed(1),
                (rows / seconds).toFixed(0),
                byRoute['PUT contacts/:id'] ?? 0,
                standstills.toFixed(1),
                outcomes.map(([outcome, n]) => `${n} ${outcome}`).join(', '),
              ],
            ],
          },
        ],
        goals: [
          { goal: `rows read: ${rows}`, measured: String(summary.rows), holds: summary.rows === rows },
          { goal: `outcomes: ${rows}`, measured: String(settled), holds: settled === rows },
          { goal: 'contacts with another name than the file says: 0', measured: String(wrong), holds: wrong === 0 },
          {
            goal: 'most writes of one contact at once: 1',
            measured: String(maxInFlightPerContact),
            holds: maxInFlightPerContact === 1,
          },
        ],
      };
    });
  } finally {
    await cluster.stop();
  }
}

interface Course {
  seconds: number;
  /** Longest time without a write after the primary died, in seconds. */
  standstills: number;
  summary: Summary;
}

async function course(world: World, cluster: TestCluster, file: string, options: ClusterOptions): Promise<Course> {
  const { tag, run } = keysOf(world.url, 1);
  const crew: ChildProcess[] = [];
  for (let i = 0; i < options.workers; i++) {
    const { child, ended } = world.start(['work', ...FULL_SPEED]);
    // Some are killed: that they fail is what is asked for.
    ended.catch(() => undefined);
    await said(child, /(working) on account/);
    crew.push(child);
  }
  const from = performance.now();
  const enqueue = world.start(['enqueue', '--run-id', RUN, '--no-undo', ...FULL_SPEED, ...MEANT, file]);
  // It is waited for at the end; until then nobody listens.
  enqueue.ended.catch(() => undefined);
  const home = await cluster.homeOf(tag);
  const steps: (() => Promise<void> | void)[] = [
    () => void crew[0]!.kill('SIGKILL'),
    () => home.kill9(),
    () => void crew[1]!.kill('SIGKILL'),
  ];
  let killedAt = Number.POSITIVE_INFINITY;
  let [writes, since, longest] = [0, from, 0];
  for (let step = 0; ; await sleep(LOOK_MS)) {
    const now = performance.now();
    const written = (await world.counts()).byRoute['PUT contacts/:id'] ?? 0;
    if (written > writes) [writes, since] = [written, now];
    else if (now > killedAt) longest = Math.max(longest, now - since);
    if (steps[step] !== undefined && written > ((step + 1) * options.rows) / (steps.length + 2)) {
      await steps[step++]!();
      if (step === 2) {
        killedAt = now;
        setTimeout(() => void home.restart(), BACK_AFTER_MS);
      }
    }
    if (now - since > GIVE_UP_MS)
      throw new Error(`no write for ${GIVE_UP_MS / 1000} s, ${written} of ${options.rows} are there`);
    if (written < options.rows) continue;
    const finished = await (await cluster.homeOf(tag)).client.hget(run(RUN), 'finished_at').catch(() => null);
    if (finished !== null) break;
  }
  const seconds = (performance.now() - from) / 1000;
  await enqueue.ended;
  const { stdout } = await world.start(['report', RUN, '--json']).ended;
  for (const child of crew) child.kill('SIGTERM');
  return { seconds, standstills: longest / 1000, summary: JSON.parse(stdout) as Summary };
}
