import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Command } from 'commander';
import { missingIn } from '../../config/access.ts';
import { ConfigError } from '../../config/error.ts';
import type { Config } from '../../config/schema.ts';
import { DeliveryLog } from '../serve/delivery-log.ts';
import { createServer } from '../serve/server.ts';
import { Console, closeLog, openLog } from './console.ts';
import { Counter } from './counter.ts';
import { type ConfiguredSource, readEventSources } from './event-sources.ts';
import { CannotRun, Refusal } from './failure.ts';
import { type ConfiguredFetch, fetchesOf } from './fetches.ts';
import { type Found, Lane } from './lane.ts';
import { configsOf, type LastingFlags, withLastingOptions, withPaceOptions } from './options.ts';
import { outlook } from './outlook.ts';
import { onSignals } from './signals.ts';

type ServeFlags = LastingFlags & { work: boolean; host?: string; port?: string };

const EXAMPLE = `
Example:
  $ contact-sync serve --port 8080        # senders: POST https://<your host>/webhooks/<source>
                                          # you: http://127.0.0.1:8080/`;

/** Declares `serve`. */
export function serveCommand(program: Command): void {
  const command = program
    .command('serve')
    .description('take webhooks in, and work on them unless --no-work')
    .option('--host <address>', 'address to listen on (serve.host, default 127.0.0.1)')
    .option('--port <number>', 'port to listen on (serve.port, default 8080; 0: any)')
    .option('--no-work', 'take events in only; work elsewhere does the rest');
  withPaceOptions(withLastingOptions(command))
    .addHelpText('after', EXAMPLE)
    .action(async (flags: ServeFlags) => {
      process.exitCode = await serve(flags);
    });
}

/** An account that is served, and what is configured for it. */
interface Served {
  config: Config;
  sources: ReadonlyMap<string, ConfiguredSource>;
  fetches: readonly ConfiguredFetch[];
}

/**
 * What is to be served.
 *
 * @throws ConfigError with every fault of all accounts; Refusal when no source is configured
 */
function servedBy(flags: ServeFlags): Served[] {
  const configs = configsOf(flags);
  const faults = missingIn(configs);
  const served = configs.map((config) => {
    const sources = readEventSources(config, process.env);
    // Whoever only takes events in need not have the credentials of the CRMs.
    const fetches = flags.work ? fetchesOf(config, process.env) : { made: [], faults: [] };
    faults.push(...fetches.faults, ...sources.faults);
    return { config, sources: sources.made, fetches: fetches.made };
  });
  if (faults.length > 0) throw new ConfigError(faults);
  if (served.some(({ sources }) => sources.size > 0)) return served;
  throw new Refusal(
    'No source is configured. Name one under `sources` in contact-sync.yaml; docs/webhooks.md has one for each CRM.',
  );
}

async function serve(flags: ServeFlags): Promise<number> {
  const served = servedBy(flags);
  const { config } = served[0]!;
  const console = new Console({ quiet: flags.quiet });
  const log = openLog(config, 'stderr');
  const signals = onSignals();
  const { signal } = signals;
  const deliveries = new DeliveryLog(log, Date.now);
  const lanes: Lane[] = [];
  const counters: Counter[] = [];
  const counterOf = new Map<string, Counter>();
  // One that nobody knows is turned away by any of them.
  const at = (source: string) => (counterOf.get(source) ?? counters[0]!).reception;
  const app = createServer({
    admit: (source) => at(source).admit(source),
    deliver: (source, request, loopback) => at(source).deliver(source, request, loopback),
    ready: () => readiness(counters, served),
    views: outlook(() => counters.map((counter, i) => ({ counter, engine: lanes[i]!.engine }))),
    operatorToken: config.serve.operator_token,
    bodyLimit: config.serve.body_limit,
    connections: config.serve.connections,
    random: Math.random,
  });
  try {
    for (const { config: own, sources, fetches } of served) {
      const lane = await Lane.open(own, log, console, fetches);
      lanes.push(lane);
      const counter = new Counter(lane, sources, deliveries);
      counters.push(counter);
      for (const source of sources.keys()) counterOf.set(source, counter);
      await counter.remember();
    }
    const begin = async (lane: Lane, i: number, found?: Found): Promise<void> => {
      const rules = await lane.reach(signal, found, ' Events are taken in meanwhile.');
      if (rules === undefined) return;
      await counters[i]!.learn();
      if (flags.work) await lane.work(rules);
    };
    // Alone, what is wrong with the settings ends the command before a sender is answered.
    const found = lanes.length === 1 ? await lanes[0]!.look() : undefined;
    if (found !== undefined && 'away' in found && found.away.code !== 'unreachable') throw found.away;
    if (found !== undefined && 'rules' in found) await begin(lanes[0]!, 0, found);
    for (const counter of counters) counter.open();
    const port = Number(flags.port ?? config.serve.port);
    await app.listen({ host: flags.host ?? config.serve.host, port }).catch((error: NodeJS.ErrnoException) => {
      throw new CannotRun(`Port ${port} cannot be listened on (${error.code ?? error.message}). Give another: --port.`);
    });
    const { address, port: bound } = app.server.address() as AddressInfo;
    console.say(
      `listening on http://${address.includes(':') ? `[${address}]` : address}:${bound} for ${[...counterOf.keys()].join(', ')}; Ctrl-C stops`,
    );
    // Senders that send once do not wait for Chatwoot to be back: what they say is taken first and worked on later.
    const begun = found !== undefined && 'rules' in found ? [] : lanes.map((lane, i) => begin(lane, i, found));
    const stopped = signal.aborted ? undefined : once(signal, 'abort');
    await Promise.race([Promise.all(begun).then(() => stopped), stopped]);
    await app.close();
    await Promise.all(lanes.map((lane) => lane.stop()));
    return signal.reason === 'SIGINT' ? 130 : 143;
  } finally {
    signals.end();
    for (const counter of counters) counter.stop();
    await app.close();
    await Promise.all(lanes.map((lane, i) => lane.close(() => counters[i]?.close() ?? Promise.resolve())));
    deliveries.flush();
    await closeLog(log);
  }
}

/** One account whose Chatwoot is away must not take the others' senders their door: each source is turned away on its own. */
async function readiness(
  counters: readonly Counter[],
  served: readonly Served[],
): Promise<{ ready: boolean; why: string }> {
  const all = await Promise.all(counters.map((counter) => counter.readiness()));
  if (all.length === 1 || all.every(({ ready }) => ready)) return all[0]!;
  const why = all.flatMap((one, i) => (one.ready ? [] : [`${served[i]!.config.account}: ${one.why}`]));
  return { ready: all.some(({ ready }) => ready), why: why.join('\n') };
}
