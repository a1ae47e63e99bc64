import { setTimeout as sleep } from 'node:timers/promises';
import { type Agent, agent } from './agent.ts';
import { percentile, type Table } from './result.ts';
import { mostlyEqualRows } from './rows.ts';
import { rowsOfNight } from './usual.ts';
import type { Manner } from './ways.ts';
import { inWorld, MEANT, type World } from './world.ts';

export interface NightlyAgentOptions {
  rows: number;
  /** One row in so many differs. */
  every: number;
  /** How long the agent is watched beside each way. */
  seconds: number;
  /** How long `--pace auto` has to find its pace before that, in seconds. */
  warmUp: number;
  manners: readonly Manner[];
}

/** Contacts that the agent opens a second. */
export const AGENT_PER_SECOND = 10;

/** The route that only the agent uses. */
const AGENT_ROUTE = 'GET contacts/:id';

/** What an agent waits beside each way, at a desk that takes the time it needs. */
export async function nightlyAgent(options: NightlyAgentOptions): Promise<Table> {
  const { rows, every, seconds, warmUp, manners } = options;
  const lines: string[][] = [];
  const desk = { contacts: rows, desk: true, searchLimit: 0 };
  const watch = async (name: string, world: World) => {
    const before = await world.counts();
    const watching = agent(world.url, rows, AGENT_PER_SECOND);
    await sleep(seconds * 1000);
    const [unanswered, { msByRoute }] = [watching.leave(), await world.counts()];
    const ms = Object.keys(msByRoute).reduce((sum, route) => {
      return route === AGENT_ROUTE ? sum : sum + msByRoute[route]! - (before.msByRoute[route] ?? 0);
    }, 0);
    lines.push([name, `${(ms / seconds / 10).toFixed(0)} %`, ...waits(watching, unanswered)]);
  };

  await inWorld(desk, 'ready', async (world) => {
    const file = await mostlyEqualRows(world.dir, 'night.csv', rows, every);
    await watch('nobody else', world);
    const run = world.start(['sync', '--quiet', '--match', 'email', ...MEANT, file]);
    run.ended.catch(() => undefined);
    while ((await world.counts()).byRoute['POST contacts/filter'] === undefined)
      await Promise.race([sleep(50), run.ended]);
    await sleep(warmUp * 1000);
    await watch('contact-sync, cold, --pace auto (the default)', world);
    if (run.child.exitCode !== null) lines.at(-1)![0] += ', over before the time was up';
    run.child.kill('SIGTERM');
  });
  for (const { name, way, launch } of manners) {
    // Each at a desk of its own: what one left in the queue would be waited for by the next.
    await inWorld(desk, 'by-command', async (world) => {
      const stop = new AbortController();
      const rest = rowsOfNight(rows, every, 1, way.ids);
      // It is stopped in the middle of its requests: that they fail is what is asked for.
      void launch({ url: world.url, signal: stop.signal }, way.steps, rest).catch((error: unknown) => {
        if (!stop.signal.aborted) throw error;
      });
      await watch(name, world);
      stop.abort();
    });
  }
  return {
    title: `what an agent waits meanwhile (ms), ${seconds} s each`,
    head: ['', 'share of one core', 'agent p50', 'agent p95', 'answers', 'still unanswered'],
    rows: lines,
  };
}

/** An answer that has not come counts with the time it was waited for, so the percentile it decides is at least that. */
function waits({ took }: Agent, unanswered: readonly number[]): string[] {
  const all = [...took.map(({ ms }) => ({ ms, over: '' })), ...unanswered.map((ms) => ({ ms, over: 'over ' }))].sort(
    (a, b) => a.ms - b.ms,
  );
  const cell = (share: number) => {
    const one = percentile(all, share);
    return one === undefined ? 'nothing asked' : `${one.over}${one.ms.toFixed(0)}`;
  };
  return [cell(0.5), cell(0.95), String(took.length), String(unanswered.length)];
}
