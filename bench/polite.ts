import { setTimeout as sleep } from 'node:timers/promises';
import { COST } from '../src/sandbox/cost.ts';
import type { SandboxOptions } from '../src/sandbox/options.ts';
import { type Agent, agent, crowd } from './agent.ts';
import { percentile, type Result } from './result.ts';
import { changedRows } from './rows.ts';
import { inWorld, MEANT, type World } from './world.ts';

export interface PoliteOptions {
  /** Updates of each run. */
  rows: number;
  /** How long a run has to find its pace before it is judged, in seconds. */
  warmUp: number;
  /** How long another client loads the desk fully, in seconds. */
  crowded: number;
}

const CONTACTS = 5_000;
const AGENT_PER_SECOND = 10;
/** What a PUT costs the sandbox's desk with the inboxes it answers with, in milliseconds of a core. */
const PUT_MS = COST.put;

interface Course {
  /** Writes a second once the pace was found. */
  perSecond: number;
  /** Part of one core that they took. */
  share: number;
  p50: number;
  p95: number;
}

/** What an agent notices of a run, and what the run takes of the desk. */
export async function polite({ rows, warmUp, crowded }: PoliteOptions): Promise<Result> {
  const idle = await alone(warmUp);
  const auto = ['--pace', 'auto'];
  const fixed = (n: number) => ['--pace', 'fixed', '--rate', '1000000/min', '--concurrency', String(n)];
  const one = await course({}, auto, rows, warmUp);
  const two = await course({ desk: { processes: 2 } }, auto, rows, warmUp);
  const far = await course({ latencyMs: 100 }, auto, rows, warmUp);
  const [farIdle] = [await alone(warmUp, { latencyMs: 100 })];
  const five = await course({}, fixed(5), Math.min(rows, 1500), Math.min(warmUp, 5));
  const fifty = await course({}, fixed(50), Math.min(rows, 1500), Math.min(warmUp, 5));
  const yielding = await beside(rows, warmUp, crowded);
  const line = (name: string, { perSecond, share, p50, p95 }: Course) => [
    name,
    perSecond.toFixed(1),
    `${(share * 100).toFixed(0)} %`,
    p50.toFixed(0),
    p95.toFixed(0),
  ];
  return {
    setting: `${rows} updates by id (--no-undo) at the sandbox's desk model (five threads a process, a PUT costs ${PUT_MS} ms of a core), beside an agent that opens ${AGENT_PER_SECOND} contacts a second. Judged once ${warmUp} s are over. Share is that of one core. The usual scripts have 5 and 50 calls in flight whatever happens.`,
    tables: [
      {
        title: 'what runs take, and what an agent waits (ms)',
        head: ['', 'writes/s', 'share of one core', 'agent p50', 'agent p95'],
        rows: [
          line('nobody else', idle),
          line('--pace auto', one),
          line('--pace auto, two desk processes', two),
          line('nobody else, 100 ms away', farIdle),
          line('--pace auto, 100 ms away', far),
          line('5 in flight', five),
          line('50 in flight', fifty),
        ],
      },
      {
        title: 'while another client loads the desk fully (share of one core)',
        head: ['before', 'from the 5th second on', 'the last 5 s', '20 s after it ended'],
        rows: [yielding.map((share) => `${(share * 100).toFixed(1)} %`)],
      },
    ],
    goals: [
      goal('agent, median: at most 8 ms more', one.p50 - idle.p50, 'ms', (ms) => ms <= 8),
      goal('agent, 95th percentile: at most 15 ms more', one.p95 - idle.p95, 'ms', (ms) => ms <= 15),
      goal('share of the core: 45 to 50 %', one.share * 100, '%', (share) => share >= 45 && share <= 50.5),
      goal('two processes: over 40 writes a second', two.perSecond, '/s', (n) => n > 40),
      goal('100 ms away: over 40 % of the core', far.share * 100, '%', (share) => share > 40),
      goal('below a quarter of the share within 5 s of a full load', yielding[1]! * 100, '%', (share) => share < 12.5),
      goal('back within 20 s of its end', yielding[3]! * 100, '%', (share) => share >= 45),
    ],
  };
}

function goal(text: string, value: number, unit: string, holds: (value: number) => boolean) {
  return { goal: text, measured: `${value.toFixed(1)} ${unit}`, holds: holds(value) };
}

/** The agent without anybody else. */
async function alone(seconds: number, sandbox: SandboxOptions = {}): Promise<Course> {
  return inWorld({ contacts: CONTACTS, desk: true, ...sandbox }, 'ready', async ({ url }) => {
    const watching = agent(url, CONTACTS, AGENT_PER_SECOND);
    await sleep(seconds * 1000);
    await watching.stop();
    return { perSecond: 0, share: 0, ...waits(watching, 0) };
  });
}

async function course(sandbox: SandboxOptions, pace: readonly string[], rows: number, warmUp: number): Promise<Course> {
  return inWorld({ contacts: CONTACTS, desk: true, keepLog: true, ...sandbox }, 'ready', async (world) => {
    const watching = agent(world.url, CONTACTS, AGENT_PER_SECOND);
    const file = await changedRows(world.dir, 'rows.csv', rows);
    await world.start(['sync', '--quiet', '--no-undo', ...pace, ...MEANT, file]).ended;
    await watching.stop();
    const times = await writesOf(world);
    const from = times[0]! + warmUp * 1000;
    const to = times.at(-1)!;
    const perSecond = (times.filter((at) => at >= from).length * 1000) / (to - from);
    return { perSecond, share: (perSecond * PUT_MS) / 1000, ...waits(watching, from, to) };
  });
}

/** Shares of the core: before another client comes, from the fifth second of it on, at its end, and 20 s after it went. */
async function beside(rows: number, warmUp: number, crowded: number): Promise<number[]> {
  return inWorld({ contacts: CONTACTS, desk: true, keepLog: true }, 'ready', async (world) => {
    const file = await changedRows(world.dir, 'rows.csv', rows);
    const run = world.start(['sync', '--quiet', '--no-undo', '--pace', 'auto', ...MEANT, file]);
    run.ended.catch(() => undefined);
    while ((await world.writes()).length === 0) await sleep(100);
    await sleep(warmUp * 1000);
    const came = Date.now();
    const others = crowd(world.url, CONTACTS, 5);
    await sleep(crowded * 1000);
    await others.stop();
    const went = Date.now();
    await sleep(30_000);
    const times = await writesOf(world);
    run.child.kill('SIGTERM');
    await run.ended.catch(() => undefined);
    const share = (from: number, to: number) =>
      (times.filter((at) => at >= from && at < to).length * PUT_MS) / (to - from);
    return [
      share(came - 5000, came),
      share(came + 5000, went),
      share(went - 5000, went),
      share(went + 20_000, went + 30_000),
    ];
  });
}

async function writesOf(world: World): Promise<number[]> {
  return (await world.writes()).map(([, at]) => at);
}

function waits({ took }: Agent, from: number, to = Number.POSITIVE_INFINITY): { p50: number; p95: number } {
  const sorted = took
    .filter(({ at }) => at >= from && at <= to)
    .map(({ ms }) => ms)
    .sort((a, b) => a - b);
  return { p50: percentile(sorted, 0.5) ?? 0, p95: percentile(sorted, 0.95) ?? 0 };
}
