import { parseArgs } from 'node:util';
import { attention } from './attention.ts';
import { calls } from './calls.ts';
import { clusterBench } from './cluster.ts';
import { latency } from './latency.ts';
import { limit } from './limit.ts';
import { million } from './million.ts';
import { nightly } from './nightly.ts';
import { writePage } from './page.ts';
import { plan } from './plan.ts';
import { polite } from './polite.ts';
import { read } from './read.ts';
import { remember } from './remember.ts';
import { type Result, saveResult, textOf } from './result.ts';
import { scale } from './scale.ts';
import { start } from './start.ts';
import { stormBench } from './storm.ts';
import { throughput } from './throughput.ts';
import { wall } from './wall.ts';
import { webhooks } from './webhooks.ts';

/** A number given on the command line, or what the benchmark takes without it. */
export type Numbers = (name: keyof typeof OPTIONS, otherwise: number) => number;

const number = { type: 'string' } as const;
const OPTIONS = {
  rows: number,
  rounds: number,
  minutes: number,
  concurrency: number,
  latency: number,
  maxmemory: number,
  seconds: number,
};

const BENCHES: Record<string, (numbers: Numbers) => Promise<Result>> = {
  latency: (n) =>
    latency({
      rows: n('rows', 20_000),
      rounds: n('rounds', 3),
      latencyMs: n('latency', 100),
      concurrency: n('concurrency', 50),
    }),
  throughput: (n) =>
    throughput({
      rows: n('rows', 20_000),
      rounds: n('rounds', 3),
      concurrency: n('concurrency', 50),
      latencies: [0, 20, 100],
    }),
  scale: (n) =>
    scale({ rows: n('rows', 1_000_000), maxmemoryMb: n('maxmemory', 512), concurrency: n('concurrency', 50) }),
  million: (n) => million({ rows: n('rows', 1_000_000), concurrency: n('concurrency', 50) }),
  start: (n) => start({ rounds: n('rounds', 10) }),
  limit: (n) => limit({ minutes: n('minutes', 2) }),
  plan: (n) => plan({ rows: n('rows', 1_000_000) }),
  nightly: (n) => nightly({ rows: n('rows', 100_000), sample: 1000, seconds: n('seconds', 30), warmUp: 20 }),
  calls: (n) => calls({ rows: n('rows', 10_000) }),
  attention: (n) => attention({ rows: n('rows', 1_000_000) }),
  read: (n) => read({ rows: n('rows', 1_000_000), rounds: n('rounds', 3) }),
  remember: (n) => remember({ rows: n('rows', 1_000_000) }),
  polite: (n) => polite({ rows: n('rows', 5000), warmUp: 20, crowded: 15 }),
  wall: (n) => wall({ minutes: n('rounds', 5) }),
  webhooks: (n) =>
    webhooks({
      events: n('rows', 20_000),
      warmUp: 2000,
      rounds: n('rounds', 5),
      steadySeconds: 10,
      singles: 100,
      connections: 50,
    }),
  cluster: (n) => clusterBench({ rows: n('rows', 100_000), workers: 4 }),
  storm: (n) => stormBench({ events: n('rows', 50_000), contacts: 5_000, kills: 10, perSecond: 500 }),
};

const USAGE = `npm run bench -- <${Object.keys(BENCHES).join('|')}|page> [--rows N] [--rounds N] [--minutes N] [--concurrency N]
  [--latency MS] [--maxmemory MB] [--seconds N] [--no-save]. Build first: npm run build. page writes docs/performance.md from the newest results.`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { ...OPTIONS, 'no-save': { type: 'boolean' } },
  });
  const [name = ''] = positionals;
  if (name === 'page') {
    writePage();
    return 0;
  }
  const bench = BENCHES[name];
  if (bench === undefined) {
    process.stderr.write(`${USAGE}\n`);
    return 2;
  }
  const numbers: Numbers = (key, otherwise) => {
    const value = Number(values[key] ?? otherwise);
    if (!(value > 0)) throw new Error(`--${key} takes a number. ${USAGE}`);
    return value;
  };
  const result = await bench(numbers);
  process.stdout.write(textOf(result));
  if (values['no-save'] !== true)
    await saveResult(name, ['npm run bench --', ...process.argv.slice(2)].join(' '), result);
  return result.goals.every(({ holds }) => holds) ? 0 : 1;
}

process.exitCode = await main();
