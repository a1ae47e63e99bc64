import { type Command, InvalidArgumentError } from 'commander';
import { type Held, Quarantine, type Wanted } from '../events/quarantine.ts';
import { EventStore } from '../events/store.ts';
import { counted } from '../report/number.ts';
import { Console } from './console.ts';
import { DayRuns } from './day-runs.ts';
import { eventSourcesOf } from './event-sources.ts';
import { Refusal } from './failure.ts';
import { Fetching } from './fetching.ts';
import { type CommonFlags, configOf, withCommonOptions } from './options.ts';
import { withEngine } from './with-engine.ts';

type WantedFlags = CommonFlags & { since?: number; source?: string; reason?: string };

const EXAMPLE = `
Example:
  $ contact-sync events list --source hubspot
  $ contact-sync events show run_20260102_hubspot.7
  $ contact-sync events replay --reason no-match-key --since 24h`;

/** Declares `events`: what senders sent and nobody could use. */
export function eventsCommand(program: Command): void {
  const events = program
    .command('events')
    .description('events that are authentic and could not be used: list them, show one, replay them')
    .addHelpText('after', EXAMPLE);
  withWanted(withCommonOptions(events.command('list').description('what is in quarantine, without its values'))).action(
    async (flags: WantedFlags) => list(flags),
  );
  withCommonOptions(
    events.command('show').argument('<id>', 'as `events list` names it').description('one event, with its values'),
  ).action(async (id: string, flags: CommonFlags) => show(id, flags));
  withWanted(
    withCommonOptions(events.command('replay').description('read them again, with the mapping as it is now')),
  ).action(async (flags: WantedFlags) => replay(flags));
}

function withWanted(command: Command): Command {
  return command
    .option('--since <when>', 'not older than this: 30m, 24h, 7d, or a date', sinceOf)
    .option('--source <name>', 'of this source')
    .option('--reason <reason>', 'for this reason');
}

async function list(flags: WantedFlags): Promise<void> {
  const console = new Console(flags);
  const found = await withEngine(flags, async ({ redis, keys }) => all(new Quarantine(redis, keys), wantedOf(flags)));
  // People's data is shown only where somebody asks for one event.
  const rows = found.map(({ id, since, source, reason, detail }) => ({
    id,
    since: new Date(since).toISOString(),
    source,
    reason,
    detail,
  }));
  if (flags.json === true) return console.document({ events: rows });
  if (rows.length === 0) return console.print('There is nothing in quarantine.');
  for (const { id, since, source, reason, detail } of rows)
    console.print([since, id, source, reason, detail].filter(Boolean).join('  '));
}

async function show(id: string, flags: CommonFlags): Promise<void> {
  const held = await withEngine(flags, async ({ redis, keys }) => new Quarantine(redis, keys).get(id));
  if (held === undefined)
    throw new Refusal(`There is no event ${id} in quarantine. "contact-sync events list" names them.`);
  new Console(flags).document({ ...held, since: new Date(held.since).toISOString() });
}

/** Each is taken in once more, as an event of today; what still cannot be used goes back to quarantine under a new name. */
async function replay(flags: WantedFlags): Promise<void> {
  const sources = eventSourcesOf(configOf(flags), process.env);
  const replayed = await withEngine(flags, async (engine) => {
    await engine.preflight();
    const definitions = await engine.definitions();
    engine.forgetAsked();
    const quarantine = new Quarantine(engine.redis, engine.keys);
    const store = new EventStore(engine.redis, engine.keys, engine.ledger);
    const days = new DayRuns(engine, [...sources.keys()], Date.now);
    const fetching = new Fetching(engine, []);
    let n = 0;
    try {
      for (const { id, source: name, event } of await all(quarantine, wantedOf(flags))) {
        const known = sources.get(name);
        if (known === undefined)
          throw new Refusal(`The source ${name} is not configured any more. Name it under \`sources\`.`);
        await days.open(name);
        // Its name makes it another event than the one that failed, and the same one when a replay is repeated.
        const take = () => store.take(known.source, days.runOf(name), [event], definitions, id);
        const { value: taken, kept } = await engine.replicas.keep(take);
        await engine.jobs.add([], taken?.batches ?? []);
        await fetching.add(name, taken?.thin ?? []);
        // In doubt it stays in quarantine: replayed once more it is known.
        if (kept !== 'in-doubt') await quarantine.release(id);
        n++;
      }
    } finally {
      await fetching.close();
    }
    return n;
  });
  const console = new Console(flags);
  if (flags.json === true) console.document({ replayed });
  else console.print(`${counted(replayed, 'event')} replayed. Their outcomes: contact-sync runs`);
}

async function all(quarantine: Quarantine, wanted: Wanted): Promise<Held[]> {
  const found: Held[] = [];
  for await (const held of quarantine.list(wanted)) found.push(held);
  return found;
}

function wantedOf({ since, source, reason }: WantedFlags): Wanted {
  return { sinceMs: since, source, reason };
}

/** Epoch milliseconds of `24h` ago, or of a date. */
function sinceOf(text: string): number {
  const [, n, unit] = /^(\d+)([mhd])$/.exec(text) ?? [];
  if (n !== undefined)
    return Date.now() - Number(n) * { m: 60_000, h: 3_600_000, d: 86_400_000 }[unit as 'm' | 'h' | 'd'];
  const at = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) throw new InvalidArgumentError('Give 30m, 24h, 7d, or a date like 2026-01-31.');
  return at;
}
