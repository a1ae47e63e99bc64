import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Command } from 'commander';
import type { Definitions } from '../contact/attribute.ts';
import { DeskEvents } from '../events/desk-events.ts';
import { EventStore } from '../events/store.ts';
import { type DeliveryNote, Reception } from '../serve/reception.ts';
import { createServer } from '../serve/server.ts';
import { Console, closeLog, openLog } from './console.ts';
import { DayRuns } from './day-runs.ts';
import { Engine, type Workers } from './engine.ts';
import { eventSourcesOf } from './event-sources.ts';
import { Refusal } from './failure.ts';
import { sentenceOf } from './follow.ts';
import { type CommonFlags, configOf, withCommonOptions, withPaceOptions } from './options.ts';
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
  const sources = eventSourcesOf(config, process.env);
  if (sources.size === 0) {
    throw new Refusal(
      'No source is configured. Name one under `sources` in contact-sync.yaml; docs/webhooks.md has one for each CRM.',
    );
  }
  const console = new Console({ quiet: flags.quiet });
  const log = openLog(config, 'stderr');
  const signals = onSignals();
  const engine = await Engine.open({
    config,
    log,
    warn: (sentence) => console.say(sentence),
    onWaiting: (waiting) => {
      const sentence = sentenceOf(waiting);
      if (sentence === undefined) log.info({ event: 'calls.resumed' }, 'calls.resumed');
      else log.warn({ event: 'calls.waiting', cause: waiting!.cause }, sentence);
    },
  });
  let workers: Workers | undefined;
  let timer: NodeJS.Timeout | undefined;
  const days = new DayRuns(engine, [...sources.keys()]);
  const tide = new Tide(engine, config.high_water);
  try {
    const rules = await engine.preflight();
    let definitions: Definitions | undefined = await engine.definitions();
    timer = setInterval(() => {
      engine.definitions().then(
        (read) => {
          definitions = read ?? definitions;
        },
        () => undefined,
      );
    }, DEFINITIONS_MS);
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
      open: () => tide.low,
      // The sweeper finds what is lost here: the events themselves are safe.
      onBatches: (batches) => void engine.jobs.add([], batches).catch(() => undefined),
      onDelivery: (note) => log[levelOf(note)]({ event: 'webhook.delivery', ...note }, 'webhook.delivery'),
      now: Date.now,
    });
    const app = createServer({
      admit: (source) => reception.admit(source),
      deliver: (source, request, loopback) => reception.deliver(source, request, loopback),
      ready: async () => readiness(engine, tide),
      bodyLimit: config.serve.body_limit,
      connections: config.serve.connections,
    });
    if (flags.work) workers = await engine.startWorkers(rules);
    tide.start();
    days.start();
    const port = flags.port === undefined ? config.serve.port : Number(flags.port);
    await app.listen({ host: flags.host ?? config.serve.host, port });
    const { address, port: bound } = app.server.address() as AddressInfo;
    console.say(
      `listening on http://${address.includes(':') ? `[${address}]` : address}:${bound} for ${[...sources.keys()].join(', ')}; Ctrl-C stops`,
    );
    if (!signals.signal.aborted) await once(signals.signal, 'abort');
    await app.close();
    engine.letGo();
    await Promise.all([workers?.pool.stop(GRACE_MS), workers?.chores.stop()]);
    await days.stop();
    return signals.signal.reason === 'SIGINT' ? 130 : 143;
  } finally {
    clearInterval(timer);
    tide.stop();
    signals.end();
    await engine.close();
    await closeLog(log);
  }
}

async function readiness(engine: Engine, tide: Tide): Promise<{ ready: boolean; why: string }> {
  if (engine.redis.status !== 'ready') return { ready: false, why: 'Redis is away' };
  if (!tide.low) return { ready: false, why: 'too much is waiting' };
  const { cause } = await engine.limiter.state();
  return cause === null ? { ready: true, why: 'ready' } : { ready: false, why: `calls are held: ${cause}` };
}

function levelOf({ result }: DeliveryNote): 'info' | 'warn' {
  return result === 'taken' ? 'info' : 'warn';
}
