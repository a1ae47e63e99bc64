import type { Goal, Result, Table } from './result.ts';
import { mostlyEqualRows } from './rows.ts';
import { callsOf, minutesFor, type Taken, takenBetween, times } from './taken.ts';
import { rowsOfNight } from './usual.ts';
import { PUT_EACH, WAYS, type Way } from './ways.ts';
import { inWorld, type World } from './world.ts';

export interface NightlyCallsOptions {
  rows: number;
  /** One row in so many differs each night. */
  every: number;
  /** Rows that the other ways are measured on. */
  sample: number;
}

/** Chatwoot's default, its sample's and its documentation's limit in calls a minute; searches have their own. */
const LIMITS = [3000, 300, 60];
export const SEARCHES_A_MINUTE = 100;

/** Contacts that one filter call reads: Chatwoot's page. */
const PAGE = 15;

/** Chatwoot's own import: seconds until it starts, and rows a second of one Sidekiq job (measured on 4.10.0). */
export const IMPORT_START_S = 62;
export const IMPORT_PER_SECOND = 41;

const GOALS = { coldCalls: 1.07, coldShare: 1 / 10, warmShare: 1 / 40 };

/** A nightly file, first when nothing is remembered and then the next night, and the calls of the other ways. */
export async function nightlyCalls(options: NightlyCallsOptions): Promise<Pick<Result, 'tables' | 'goals' | 'notes'>> {
  const { rows, every } = options;
  const { others, cold, warm } = await inWorld({ contacts: rows, searchLimit: 0 }, 'ready', async (world) => {
    const others: { way: Way; taken: Taken }[] = [];
    for (const way of WAYS) others.push({ way, taken: await usual(way, world, options) });
    await world.reset();
    return { others, cold: await ours(world, 1, options), warm: await ours(world, 2, options) };
  });
  const put = others.find(({ way }) => way === PUT_EACH)!;
  const imported = { seconds: rows / IMPORT_PER_SECOND, minutes: (IMPORT_START_S + rows / IMPORT_PER_SECOND) / 60 };
  const table: Table = {
    title: 'calls and desk time',
    head: [
      'way',
      'measured on',
      'filters',
      'searches',
      'PUTs',
      'other calls',
      'calls',
      'seconds of desk time',
      'PUTs that changed something',
      ...LIMITS.map((limit) => `minutes at ${limit} a minute (computed)`),
    ],
    rows: [
      line('contact-sync, cold', `${rows} rows`, cold),
      line('contact-sync, warm: the next night', `${rows} rows`, warm),
      ...others.map(({ way, taken }) =>
        line(way.name, `${options.sample} rows, times ${rows / options.sample}`, taken, way.ownLimit),
      ),
      [
        "Chatwoot's own import (computed)",
        'not run',
        ...['', '', '', '', 1],
        `${imported.seconds.toFixed(0)} in a Sidekiq job`,
        'not known',
        ...LIMITS.map(() => imported.minutes.toFixed(0)),
      ],
    ],
  };
  const differing = Math.floor(rows / every);
  return {
    tables: [table],
    goals: goals(cold, warm, put.taken, differing, rows),
    notes: [
      `Warm, a changed row takes ${((warm.filters + warm.puts) / differing).toFixed(3)} calls and not one: whose row it is is remembered, but its contact is read all the same, with up to ${PAGE - 1} others in a call, before it is written. The values that \`undo\` puts back come from there, and an e-mail that was moved to another contact since leads nobody to write to the wrong one.`,
    ],
  };
}

/** One night of the built program. */
async function ours(world: World, night: number, { rows, every }: NightlyCallsOptions): Promise<Taken> {
  const file = await mostlyEqualRows(world.dir, `night-${night}.csv`, rows, every, night);
  const before = await world.counts();
  const { summary } = await world.sync(['--concurrency', '8', '--match', 'email', file]);
  const taken = takenBetween(before, await world.counts());
  const { updated, unchanged } = summary.outcomes;
  if (summary.calls.update !== taken.puts || summary.calls.filter !== taken.filters || updated + unchanged !== rows)
    throw new Error(`the summary and the sandbox disagree: ${JSON.stringify([summary, taken])}`);
  return taken;
}

/** What a way takes for all rows, from what it took for the first of them. */
async function usual(way: Way, world: World, { rows, every, sample }: NightlyCallsOptions): Promise<Taken> {
  await world.reset();
  const desk = { url: world.url, signal: new AbortController().signal };
  const before = await world.counts();
  await way.counted(desk, way.steps, rowsOfNight(sample, every, 1, way.ids));
  return times(takenBetween(before, await world.counts()), rows / sample);
}

function line(name: string, on: string, taken: Taken, ownLimit = Number.POSITIVE_INFINITY) {
  const { filters, searches, puts, others, changed, ms } = taken;
  const minutes = LIMITS.map((limit) => minutesFor(taken, Math.min(limit, ownLimit), SEARCHES_A_MINUTE));
  const counts = [filters, searches, puts, others, callsOf(taken)].map((n) => n.toFixed(0));
  return [name, on, ...counts, (ms / 1000).toFixed(0), `${((changed / puts) * 100).toFixed(0)} %`, ...minutes];
}

function goals(cold: Taken, warm: Taken, put: Taken, differing: number, rows: number): Goal[] {
  const most = Math.ceil(differing * GOALS.coldCalls + (rows - differing) / PAGE);
  const ofRows = ({ filters, searches, puts }: Taken) => filters + searches + puts;
  const share = ({ ms }: Taken) => put.ms / ms;
  const useless = [cold, warm].reduce((sum, { puts, changed }) => sum + puts - changed, 0);
  return [
    {
      goal: `cold: at most ${most} calls for the rows (${GOALS.coldCalls} a changed row, 1/${PAGE} an unchanged one)`,
      measured: String(ofRows(cold)),
      holds: ofRows(cold) <= most,
    },
    {
      goal: `warm: at most ${differing} calls for the rows (1 a changed row, none an unchanged one)`,
      measured: `${ofRows(warm)}: ${warm.puts} PUTs, and ${warm.filters} filters that read the changed rows before they are written`,
      holds: ofRows(warm) <= differing,
    },
    {
      goal: 'cold: at most 1/10 of the desk time of PUT for each row',
      measured: `1/${share(cold).toFixed(1)}`,
      holds: 1 / share(cold) <= GOALS.coldShare,
    },
    {
      goal: 'warm: at most 1/40 of it',
      measured: `1/${share(warm).toFixed(1)}`,
      holds: 1 / share(warm) <= GOALS.warmShare,
    },
    { goal: 'PUTs of ours that changed nothing: 0', measured: String(useless), holds: useless === 0 },
  ];
}
