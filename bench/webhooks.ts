import { bare, configure, type Hook, type Load, load, serving } from './hooks.ts';
import { cpuOf } from './memory.ts';
import { median, percentile, type Result, type Table } from './result.ts';
import { inWorld, type World } from './world.ts';

export interface WebhookOptions {
  /** Events of one round. */
  events: number;
  rounds: number;
  /** How long events come at a steady rate, in seconds. */
  steadySeconds: number;
  /** Single events to a system that does nothing else. */
  singles: number;
  connections: number;
  /** Events before those that are timed: as many as a compiler of hot code needs, for a server that takes webhooks in is warm. */
  warmUp: number;
}

const CONTACTS = 5_000;
const STEADY_RATE = 1_000;
const APART_MS = 150;

const GOALS = { ratio: 0.6, ackMs: 50, writeMs: 100 };

/** `serve` against a bare server, at a steady rate, and from an event to its write. */
export async function webhooks(options: WebhookOptions): Promise<Result> {
  return inWorld({ contacts: CONTACTS, keepLog: true }, 'ready', async (world) => {
    configure(world.dir);
    // First, while nothing waits for workers.
    const toWrite = await idle(world, options);
    const { plain, ours } = await against(world, options);
    const steady = await atRate(world, options);
    const ratios = ours.map((one, i) => plain[i]!.ms / one.ms);
    const ratio = median(ratios);
    const { events, rounds, connections, steadySeconds, singles, warmUp } = options;
    return {
      setting: `\`serve --no-work\` with preset generic and Standard Webhooks signatures, log and all, against a bare server (fastify, JSON.parse, one BullMQ \`add\` an event, no signature, no deduplication) at the same append-only Redis: ${events} events over ${connections} connections in each of ${rounds} rounds, in turn, servers started anew and warmed up with ${warmUp} events. Then ${STEADY_RATE} events/s for ${steadySeconds} s, timed from when each was due. From event to write: \`serve\` with workers inside, a sandbox without latency, ${singles} events ${APART_MS} ms apart, each for another contact, from the write to the socket to the arrival of the PUT.`,
      tables: [
        speeds(plain, ours, events, ratios),
        {
          title: 'milliseconds',
          head: ['', 'p50', 'p95', 'p99', 'longest'],
          rows: [
            ['answer, bare server, full speed (median of rounds)', ...ackCells(plain)],
            ['answer, serve, full speed (median of rounds)', ...ackCells(ours)],
            [`answer, serve, ${STEADY_RATE} events/s`, ...ackCells([steady])],
            ['event to write, idle', ...[0.5, 0.95, 0.99, 1].map((share) => String(percentile(toWrite, share)))],
          ],
        },
      ],
      goals: [
        goal(
          `events/s, ratio to the bare server, median: at least ${GOALS.ratio}`,
          ratio.toFixed(3),
          ratio >= GOALS.ratio,
        ),
        goal(
          `answer at ${STEADY_RATE} events/s, p99: under ${GOALS.ackMs} ms`,
          `${steady.p99.toFixed(1)} ms`,
          steady.p99 < GOALS.ackMs,
        ),
        goal(
          `event to write, idle, p95: under ${GOALS.writeMs} ms`,
          `${percentile(toWrite, 0.95)} ms`,
          percentile(toWrite, 0.95)! < GOALS.writeMs,
        ),
      ],
    };
  });
}

function goal(text: string, measured: string, holds: boolean) {
  return { goal: text, measured, holds };
}

/** One round of one server, and the CPU time an event took it and Redis, in microseconds. */
type Round = Load & { cpuMicros: number };

/** Both servers in turn, as fast as they answer. */
async function against(world: World, { events, rounds, connections, warmUp }: WebhookOptions) {
  const plain: Round[] = [];
  const ours: Round[] = [];
  for (let round = 1; round <= rounds; round++) {
    const full = async (hook: Hook, label: string) => {
      const common = { contacts: CONTACTS, connections, perSecond: 0 };
      await load(hook, { ...common, label: `${label}-warm-up-${round}`, events: warmUp });
      const cpu = () => cpuOf(hook.pid) + cpuOf(world.redis!.pid);
      const before = cpu();
      const measured = await load(hook, { ...common, label: `${label}-${round}`, events });
      const cpuMicros = ((cpu() - before) * 1e6) / events;
      await hook.stop();
      return { ...measured, cpuMicros };
    };
    plain.push(await full(await bare(world), 'bare'));
    ours.push(await full(await serving(world, ['--no-work']), 'serve'));
  }
  return { plain, ours };
}

/** Events that come evenly, whether answers keep up or not. */
async function atRate(world: World, { steadySeconds, connections, warmUp }: WebhookOptions): Promise<Load> {
  const hook = await serving(world, ['--no-work']);
  const common = { contacts: CONTACTS, connections, perSecond: STEADY_RATE };
  await load(hook, { ...common, perSecond: 0, label: 'steady-warm-up', events: warmUp });
  const measured = await load(hook, { ...common, label: 'steady', events: STEADY_RATE * steadySeconds });
  await hook.stop();
  return measured;
}

/** From the write of an event to the arrival of its PUT, in milliseconds, for events that come one by one. */
async function idle(world: World, { singles }: WebhookOptions): Promise<number[]> {
  const hook = await serving(world, []);
  // One connection: the next event is not sent before the answer to the one before, which takes far less than the pause.
  const common = { contacts: CONTACTS, connections: 1, perSecond: 1000 / APART_MS };
  const { written } = await load(hook, { ...common, label: 'single', events: singles });
  let writes = await world.writes();
  for (let looks = 0; writes.length < singles && looks < 100; looks++) {
    await new Promise((next) => setTimeout(next, 100));
    writes = await world.writes();
  }
  await hook.stop();
  const arrived = new Map(writes);
  if (arrived.size !== singles) throw new Error(`${arrived.size} of ${singles} contacts were written`);
  return written.map((at, i) => arrived.get(i + 1)! - at).sort((a, b) => a - b);
}

function speeds(plain: readonly Round[], ours: readonly Round[], events: number, ratios: readonly number[]): Table {
  const speed = ({ ms }: Load) => (events * 1000) / ms;
  const cells = (bare: number, own: number, ratio: number, cpu: readonly number[]) => [
    ...[bare.toFixed(0), own.toFixed(0), ratio.toFixed(3)],
    ...cpu.map((micros) => micros.toFixed(0)),
  ];
  const middle = (rounds: readonly Round[], of: (round: Round) => number) => median(rounds.map(of));
  const cpu = ({ cpuMicros }: Round) => cpuMicros;
  return {
    title: 'events/s; CPU time is that of the server and Redis, in microseconds an event',
    head: ['round', 'bare server', 'serve', 'ratio', 'CPU time, bare server', 'CPU time, serve'],
    rows: [
      ...ours.map((own, i) => {
        const bare = plain[i]!;
        return [i + 1, ...cells(speed(bare), speed(own), ratios[i]!, [cpu(bare), cpu(own)])];
      }),
      [
        'median',
        ...cells(middle(plain, speed), middle(ours, speed), median(ratios), [middle(plain, cpu), middle(ours, cpu)]),
      ],
    ],
  };
}

function ackCells(loads: readonly Load[]): string[] {
  return (['p50', 'p95', 'p99', 'max'] as const).map((part) => median(loads.map((one) => one[part])).toFixed(1));
}
