import { profiles } from './profiles.ts';
import { median, type Result, type Table } from './result.ts';
import { BOTH, LOOP, QUEUE, RIVALS, type Rival, type Speed, SYNC } from './rivals.ts';
import { changedRows } from './rows.ts';
import { inWorld } from './world.ts';

export interface ThroughputOptions {
  /** Rows of each run without latency; with latency half of them. Slow ways get a part, see rivals.ts. */
  rows: number;
  rounds: number;
  concurrency: number;
  /** Milliseconds. */
  latencies: readonly number[];
}

interface Line {
  rival: Rival;
  rows: number;
  /** One for each round. */
  speeds: Speed[];
}

/** What our own machinery costs: every way of writing the same rows, in turn, at a server that works for nobody. */
export async function throughput(options: ThroughputOptions): Promise<Result> {
  const { rows, rounds, concurrency, latencies } = options;
  const rivals = RIVALS.filter(({ isThere }) => isThere());
  const byLatency = new Map<number, Line[]>();
  for (const latencyMs of latencies) byLatency.set(latencyMs, await inTurn(rivals, options, latencyMs));
  const busy = await profiles(options);
  return {
    setting: `Rows by id, six fields each, all of them new values, ${concurrency} in flight, at a server that answers at once or after so many milliseconds and keeps nothing. Each way gets files of its own, ${rounds} times in turn; medians. \`sync\` runs with \`--pace fixed --no-undo\` (the others read nothing before they write either). rows/s: from opening the file to the last outcome; of the whole process with its start and end. Slow ways get fewer of the ${rows} rows (half of them with latency).`,
    tables: [...latencies.map((latencyMs) => table(latencyMs, byLatency.get(latencyMs)!)), busy.table],
    goals: goalsOf(byLatency),
    notes: busy.notes,
  };
}

async function inTurn(rivals: readonly Rival[], options: ThroughputOptions, latencyMs: number): Promise<Line[]> {
  const { rows, rounds, concurrency } = options;
  return inWorld({ every: 1, latencyMs }, 'ready', async (world) => {
    const lines = rivals.map((rival): Line => {
      const whole = latencyMs === 0 ? rows : rows / 2;
      return { rival, rows: Math.max(10, Math.round(whole * rival.part(latencyMs))), speeds: [] };
    });
    for (let round = 1; round <= rounds; round++) {
      for (const [i, line] of lines.entries()) {
        const file = await changedRows(world.dir, `${i}-${round}.csv`, line.rows);
        const before = (await world.counts()).byRoute['PUT contacts/:id'] ?? 0;
        line.speeds.push(await line.rival.run({ world, file, rows: line.rows, concurrency }));
        const sent = ((await world.counts()).byRoute['PUT contacts/:id'] ?? 0) - before;
        // n8n is known to leave rows out: that is counted, not forgiven.
        if (sent !== line.rows && line.rival.mayLose !== true)
          throw new Error(`${line.rival.name}: ${sent} of ${line.rows} rows arrived`);
        line.speeds.at(-1)!.lost = line.rows - sent;
      }
    }
    return lines;
  });
}

function table(latencyMs: number, lines: readonly Line[]): Table {
  const loop = lines.find(({ rival }) => rival.name === LOOP)!;
  const of = ({ speeds }: Line, part: 'inside' | 'whole' | 'cpuMs' | 'redisMs') => median(speeds.map((s) => s[part]));
  return {
    title: latencyMs === 0 ? 'without latency' : `${latencyMs} ms of latency`,
    head: ['', 'rows', 'rows/s', 'of the got loop', 'rows/s, whole process', 'CPU ms a row', 'Redis', 'lost'],
    rows: lines.map((line) => [
      line.rival.name,
      line.rows,
      of(line, 'inside').toFixed(0),
      ratio(line, loop).toFixed(2),
      of(line, 'whole').toFixed(0),
      Number.isNaN(of(line, 'cpuMs')) ? '' : of(line, 'cpuMs').toFixed(2),
      of(line, 'redisMs') === 0 ? '' : of(line, 'redisMs').toFixed(2),
      Math.max(...line.speeds.map(({ lost }) => lost ?? 0)),
    ]),
  };
}

/** The median of the ratios of each round. */
function ratio(line: Line, to: Line): number {
  return median(line.speeds.map(({ inside }, i) => inside / to.speeds[i]!.inside));
}

function goalsOf(byLatency: ReadonlyMap<number, readonly Line[]>): Result['goals'] {
  const goal = (latencyMs: number, name: string, to: string, least: number) => {
    const lines = byLatency.get(latencyMs);
    if (lines === undefined) return [];
    const [ours, theirs] = [name, to].map((wanted) => lines.find(({ rival }) => rival.name === wanted)!);
    const measured = ratio(ours!, theirs!);
    const text = `${latencyMs} ms: ${name}, of "${to}": at least ${least}`;
    return [{ goal: text, measured: measured.toFixed(2), holds: measured >= least }];
  };
  return [...goal(100, SYNC, LOOP, 0.95), ...goal(0, BOTH, LOOP, 1), ...goal(0, SYNC, QUEUE, 0.9)];
}
