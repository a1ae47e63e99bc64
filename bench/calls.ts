import type { Result } from './result.ts';
import { mostlyEqualRows } from './rows.ts';
import { inWorld } from './world.ts';

export interface CallsOptions {
  rows: number;
}

/** One row in so many differs: 2 %. */
const EVERY = 50;

/** Contacts that one filter call reads: Chatwoot's page. */
const PAGE = 15;

/** Chatwoot's own limits as they come (config/initializers/rack_attack.rb): calls, and contact searches, a minute. */
const CALLS_A_MINUTE = 3000;
const SEARCHES_A_MINUTE = 100;

/** How many calls a nightly sync costs when little differs. */
export async function calls({ rows }: CallsOptions): Promise<Result> {
  return inWorld({ contacts: rows }, 'ready', async (world) => {
    const file = await mostlyEqualRows(world.dir, 'rows.csv', rows, EVERY);
    const { summary } = await world.sync(['--concurrency', '8', '--match', 'email', file]);
    const { byRoute } = await world.counts();
    const filters = byRoute['POST contacts/filter'] ?? 0;
    const puts = byRoute['PUT contacts/:id'] ?? 0;
    const differing = Math.floor(rows / EVERY);
    if (summary.calls.filter !== filters || summary.calls.update !== puts)
      throw new Error(`the summary and the sandbox disagree: ${JSON.stringify([summary.calls, byRoute])}`);
    const most = Math.ceil(rows / PAGE);
    const line = (name: string, reads: number, writes: number, minutes: number) => [
      name,
      reads,
      writes,
      reads + writes,
      minutes < 1 ? `${(minutes * 60).toFixed(0)} s` : `${minutes.toFixed(1)} min`,
    ];
    return {
      setting: `${rows} rows matched by e-mail, of which 1 in ${EVERY} differs. The other two ways are computed from the calls they make; time is what a default Chatwoot's limits (${CALLS_A_MINUTE} calls and ${SEARCHES_A_MINUTE} searches a minute) leave at least.`,
      tables: [
        {
          title: 'calls',
          head: ['way', 'reads', 'writes', 'in all', 'at the default limits'],
          rows: [
            line('contact-sync (measured)', filters, puts, (filters + puts) / CALLS_A_MINUTE),
            line('one PUT a row, ids known (computed)', 0, rows, rows / CALLS_A_MINUTE),
            line('search, then PUT, for each row (computed)', rows, rows, rows / SEARCHES_A_MINUTE),
          ],
        },
      ],
      goals: [
        { goal: `at most ${most} filter calls`, measured: String(filters), holds: filters <= most },
        { goal: `exactly ${differing} PUTs`, measured: String(puts), holds: puts === differing },
        {
          goal: 'every row has its outcome',
          measured: `${summary.outcomes.updated} updated, ${summary.outcomes.unchanged} unchanged`,
          holds: summary.outcomes.updated === differing && summary.outcomes.unchanged === rows - differing,
        },
      ],
    };
  });
}
