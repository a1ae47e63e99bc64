import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { PreflightError } from '../chatwoot/preflight.ts';
import type { Rules } from '../chatwoot/version.ts';
import type { Definitions } from '../contact/attribute.ts';
import { DeskEvents } from '../events/desk-events.ts';
import { KnownDefinitions } from '../events/known-definitions.ts';
import { EventStore } from '../events/store.ts';
import { DeliveryLog } from '../serve/delivery-log.ts';
import { Due } from '../serve/due.ts';
import { Reception } from '../serve/reception.ts';
import { createServer } from '../serve/server.ts';
import { Console, closeLog, openLog } from './console.ts';
import { DayRuns } from './day-runs.ts';
import type { Engine } from './engine.ts';
import { eventSourcesOf } from './event-sources.ts';
import { CannotRun, Refusal } from './failure.ts';
import { fetchesOf } from './fetches.ts';
import { Fetching } from './fetching.ts';
import { openLasting } from './lasting.ts';
import { type CommonFlags, configOf, withCommonOptions, withPaceOptions } from './options.ts';
import { Scribe } from './scribe.ts';
import type { Workers } from './set-to-work.ts';
import { onSignals } from './signals.ts';
import { Tide } from './tide.ts';

type ServeFlags = CommonFlags & { work: boolean; host?: string; port?: string };

const EXAMPLE = `
Example:
  $ contact-sync serve --port 8080        # senders: POST https://<your host>/webhooks/<source>`;

/** How long calls that are under way may take after the first signal, in milliseconds. */
const GRACE_MS = 15_000;

/** The account's attribute definitions are read anew so often, in milliseconds: never while a sender waits. */
const DEFINITIONS_MS = 10 * 60 * 1000;

/** So often Chatwoot is tried while it is away when serve begins, in milliseconds. */
const AGAIN_MS = 2000;

/** Declares `serve`. */
export function serveCommand(program: Command): void {
  const command = program
    .command('serve')
    .description('take webhooks in, and work on them unless --no-work')
    .option('--host <address>', 'address to listen on (serve.host, default 127.0.0.1)')
    .option('--port <number>', 'port to listen on (serve.port, default 8080; 0: any)')
    .option('--no-work', 'take events in only; work elsewhere does the rest');
  withPaceOptions(withCommonOptions(command))
    .addHelpText('after', EXAMPLE)
    .action(async (flags: ServeFlags) => {
      process.exitCode = await serve(flags);
    });
}

async function serve(flags: ServeFlags): Promise<number> {
  const config = configOf(flags);
  // Whoever only takes events in need not have the credentials of the CRMs.
  const fetches = flags.work ? fetchesOf(config, process.env) : { made: [], faults: [] };
  const sources = eventSourcesOf(config, process.env, fetches.faults);
  if (sources.size === 0) {
    throw new Refusal(
      'No source is configured. Name one under `sources` in contact-sync.yaml; docs/webhooks.md has one for each CRM.',
    );
  }
  const console = new Console({ quiet: flags.quiet });
  const log = openLog(config, 'stderr');
  const signals = onSignals();
  const engine = await openLasting(config, log, console);
  let workers: Workers | undefined;
  let definitions: Definitions | undefined;
  /** Values can be spelt: definitions were read, now or by the server before. */
  let spellable = false;
  let timer: NodeJS.Timeout | undefined;
  const app = createServer({
    admit: (source) => reception.admit(source),
    deliver: (source, request, loopback) => reception.deliver(source, request, loopback),
    ready: async () => readiness(engine, tide, spellable),
    bodyLimit: config.serve.body_limit,
    connections: config.serve.connections,
    random: Math.random,
  });
  const fetching = new Fetching(engine, fetches.made);
  const scribe = new Scribe(engine);
  const days = new DayRuns(engine, [...sources.keys()], Date.now);
  const tide = new Tide(engine, config.high_water);
  const deliveries = new DeliveryLog(log, Date.now);
  // The sweeper finds what is lost there: the events themselves are safe.
  const due = new Due((batches) => engine.jobs.add([], batches));
  const reception = new Reception({
    sources,
    store: new EventStore(engine.redis, engine.keys, engine.ledger),
    desk: new DeskEvents(engine.redis, engine.keys, {
      accountId: engine.access.accountId,
      rememberForMs: config.remember_for * 3_600_000,
    }),
    runOf: (source) => days.runOf(source),
    openRun: (source) => days.open(source),
    definitions: () => definitions,
    open: () => tide.low && spellable,
    keep: async (work) => {
      const { value, kept } = await engine.replicas.keep(work);
      return { value, kept: kept !== 'in-doubt' };
    },
    onBatches: (batches) => due.add(batches),
    onThin: (source, places) => void fetching.add(source, places).catch(() => undefined),
    onDelivery: (note) => deliveries.note(note),
    now: Date.now,
  });
  const known = new KnownDefinitions(engine.redis, engine.keys);
  const readDefinitions = async () => {
    const read = await engine.definitions();
    engine.forgetAsked();
    spellable = true;
    if (read === undefined) return;
    definitions = read;
    await known.save(read);
  };
  try {
    definitions = await known.load();
    spellable = definitions !== undefined;
    const begin = async (rules: Rules): Promise<void> => {
      await readDefinitions();
      timer = setInterval(() => void readDefinitions().catch(() => undefined), DEFINITIONS_MS);
      if (!flags.work) return;
      workers = await engine.startWorkers(rules);
      fetching.start();
      scribe.start();
    };
    const found = await rulesOf(engine);
    if ('rules' in found) await begin(found.rules);
    tide.start();
    days.start();
    const port = Number(flags.port ?? config.serve.port);
    await app.listen({ host: flags.host ?? config.serve.host, port }).catch((error: NodeJS.ErrnoException) => {
      throw new CannotRun(`Port ${port} cannot be listened on (${error.code ?? error.message}). Give another: --port.`);
    });
    const { address, port: bound } = app.server.address() as AddressInfo;
    console.say(
      `listening on http://${address.includes(':') ? `[${address}]` : address}:${bound} for ${[...sources.keys()].join(', ')}; Ctrl-C stops`,
    );
    if ('away' in found) {
      // Senders that send once do not wait for Chatwoot to be back: what they say is taken first and worked on later.
      console.say(`${found.away} Events are taken in meanwhile.`);
      const rules = await whenBack(engine, signals.signal);
      if (rules !== undefined) await begin(rules);
    }
    if (!signals.signal.aborted) await once(signals.signal, 'abort');
    await app.close();
    engine.letGo();
    await Promise.all([workers?.pool.stop(GRACE_MS), workers?.chores.stop(), fetching.stop()]);
    return signals.signal.reason === 'SIGINT' ? 130 : 143;
  } finally {
    clearInterval(timer);
    tide.stop();
    signals.end();
    await app.close();
    await workers?.pool.stop(0);
    await workers?.chores.stop();
    await fetching.close();
    if (flags.work) await scribe.stop();
    await days.stop();
    deliveries.flush();
    await engine.close();
    await closeLog(log);
  }
}

/** What the server of Chatwoot needs to be told, or that it is away; a wrong address, token or account ends the command. */
async function rulesOf(engine: Engine): Promise<{ rules: Rules } | { away: string }> {
  try {
    return { rules: await engine.preflight() };
  } catch (error) {
    if (!(error instanceof PreflightError) || error.code !== 'unreachable') throw error;
    return { away: error.message };
  }
}

/** Waits until Chatwoot answers; undefined when told to stop before. */
async function whenBack(engine: Engine, signal: AbortSignal): Promise<Rules | undefined> {
  while (!signal.aborted) {
    await sleep(AGAIN_MS, undefined, { signal }).catch(() => undefined);
    const found = await rulesOf(engine);
    if ('rules' in found) return found.rules;
  }
  return undefined;
}

async function readiness(engine: Engine, tide: Tide, spellable: boolean): Promise<{ ready: boolean; why: string }> {
  if (!engine.ready) return { ready: false, why: 'Redis is away' };
  if (!tide.low) return { ready: false, why: 'too much is waiting' };
  if (!spellable) return { ready: false, why: 'Chatwoot was never reached, so its attributes are not known' };
  const { cause } = await engine.limiter.state();
  return cause === null ? { ready: true, why: 'ready' } : { ready: false, why: `calls are held: ${cause}` };
}
