import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { median, type Result } from './result.ts';
import { changedRows } from './rows.ts';
import { inWorld, TOKEN, type World } from './world.ts';

export interface LatencyOptions {
  rows: number;
  rounds: number;
  latencyMs: number;
  concurrency: number;
}

/** Rows a second of one run: within the run (or loop) itself, and of the whole process with its start and end. */
interface Speed {
  inside: number;
  whole: number;
}

const GOAL = 0.9;

/** Our `sync` and a plain loop, in turn, at the same sandbox. */
export async function latency(options: LatencyOptions): Promise<Result> {
  const { rows, rounds, latencyMs, concurrency } = options;
  return inWorld({ contacts: rows, latencyMs }, 'ready', async (world) => {
    const real = await roundTrip(world);
    const ours: Speed[] = [];
    const loops: Speed[] = [];
    for (let round = 1; round <= rounds; round++) {
      loops.push(await runLoop(world, await changedRows(world.dir, `loop-${round}.csv`, rows), concurrency));
      ours.push(await runSync(world, await changedRows(world.dir, `sync-${round}.csv`, rows), concurrency));
    }
    const ratios = (part: keyof Speed) => ours.map((speed, i) => speed[part] / loops[i]![part]);
    const inside = median(ratios('inside'));
    const whole = median(ratios('whole'));
    const ceiling = (concurrency * 1000) / real;
    return {
      setting: `${rows} changed rows by id, ${concurrency} in flight, at a sandbox with ${latencyMs} ms of latency (measured: ${real.toFixed(1)} ms a PUT, so ${ceiling.toFixed(0)} rows/s at best). \`loop\` is csv-parse, p-limit(${concurrency}) and got with keep-alive; \`sync\` runs with --no-undo, since the loop reads nothing before it writes either. Rows/s in brackets are those of the whole process, its start and end included.`,
      tables: [
        {
          title: 'rows/s',
          head: ['round', 'loop', 'sync', 'ratio', 'ratio, whole process'],
          rows: [
            ...ours.map((speed, i) => [
              i + 1,
              speedText(loops[i]!),
              speedText(speed),
              ratios('inside')[i]!.toFixed(3),
              ratios('whole')[i]!.toFixed(3),
            ]),
            ['median', '', '', inside.toFixed(3), whole.toFixed(3)],
          ],
        },
      ],
      goals: [{ goal: `ratio, median: at least ${GOAL}`, measured: inside.toFixed(3), holds: inside >= GOAL }],
    };
  });
}

function speedText({ inside, whole }: Speed): string {
  return `${inside.toFixed(0)} (${whole.toFixed(0)})`;
}

async function runSync(world: World, file: string, concurrency: number): Promise<Speed> {
  const { summary, ms } = await world.sync(['--no-undo', '--concurrency', String(concurrency), file]);
  if (summary.outcomes.updated !== summary.rows)
    throw new Error(`not all rows were updated: ${JSON.stringify(summary)}`);
  return { inside: (summary.rows * 1000) / summary.duration_ms, whole: (summary.rows * 1000) / ms };
}

async function runLoop(world: World, file: string, concurrency: number): Promise<Speed> {
  const from = performance.now();
  const script = fileURLToPath(new URL('./peers/got.mjs', import.meta.url));
  const args = [script, file, world.url, TOKEN, String(concurrency)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const whole = performance.now() - from;
  const { rows, ms } = JSON.parse(stdout) as { rows: number; ms: number };
  return { inside: (rows * 1000) / ms, whole: (rows * 1000) / whole };
}

/** What the sandbox's latency really is: the median of PUTs one after another, in ms. */
async function roundTrip(world: World): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 20; i++) {
    const from = performance.now();
    const response = await fetch(`${world.url}/api/v1/accounts/1/contacts/1`, {
      method: 'PUT',
      headers: { 'api-access-token': TOKEN, 'content-type': 'application/json' },
      body: JSON.stringify({ name: `Probe ${i}` }),
    });
    await response.text();
    times.push(performance.now() - from);
  }
  return median(times);
}
