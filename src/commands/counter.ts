import type { Definitions } from '../contact/attribute.ts';
import { DeskEvents } from '../events/desk-events.ts';
import { KnownDefinitions } from '../events/known-definitions.ts';
import { EventStore } from '../events/store.ts';
import { withoutValues } from '../report/fault.ts';
import type { DeliveryLog } from '../serve/delivery-log.ts';
import { Due } from '../serve/due.ts';
import { Reception } from '../serve/reception.ts';
import type { SourceSight } from '../watch/sight.ts';
import { DayRuns } from './day-runs.ts';
import type { ConfiguredSource } from './event-sources.ts';
import type { Lane } from './lane.ts';
import { Tide } from './tide.ts';

/** The account's attribute definitions are read anew so often, in milliseconds: never while a sender waits. */
const DEFINITIONS_MS = 10 * 60 * 1000;

/** Where the deliveries for one account are taken in. */
export class Counter {
  readonly reception: Reception;
  readonly #lane: Lane;
  readonly #known: KnownDefinitions;
  readonly #days: DayRuns;
  readonly #tide: Tide;
  readonly #store: EventStore;
  readonly #sources: readonly string[];
  #definitions: Definitions | undefined;
  /** Values can be spelt: definitions were read, now or by the server before. */
  #spellable = false;
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(lane: Lane, sources: ReadonlyMap<string, ConfiguredSource>, deliveries: DeliveryLog) {
    const { engine, fetching } = lane;
    const { redis, keys, config } = engine;
    this.#lane = lane;
    this.#known = new KnownDefinitions(redis, keys);
    this.#days = new DayRuns(engine, [...sources.keys()], Date.now);
    this.#tide = new Tide(engine, config.high_water);
    this.#store = new EventStore(redis, keys, engine.ledger);
    this.#sources = [...sources.keys()];
    // The sweeper finds what is lost there: the events themselves are safe.
    const due = new Due((batches) => engine.jobs.add([], batches));
    this.reception = new Reception({
      sources,
      store: this.#store,
      desk: new DeskEvents(redis, keys, {
        accountId: engine.access.accountId,
        rememberForMs: config.remember_for * 3_600_000,
      }),
      runOf: (source) => this.#days.runOf(source),
      openRun: (source) => this.#days.open(source),
      definitions: () => this.#definitions,
      open: () => this.#tide.low && this.#spellable,
      keep: async (work) => {
        const { value, kept } = await engine.replicas.keep(work);
        return { value, kept: kept !== 'in-doubt' };
      },
      onBatches: (batches) => due.add(batches),
      onThin: (source, places) => void fetching.add(source, places).catch(() => undefined),
      onDelivery: ({ why, ...note }) =>
        deliveries.note(why === undefined ? note : { ...note, why: withoutValues(why) }),
      now: Date.now,
    });
  }

  /** Takes up what the server before left behind. */
  async remember(): Promise<void> {
    this.#definitions = await this.#known.load();
    this.#spellable = this.#definitions !== undefined;
  }

  /** Begins to look how much waits, and to write reports. */
  open(): void {
    this.#tide.start();
    this.#days.start();
  }

  /** Reads what only Chatwoot knows, now and from time to time. */
  async learn(): Promise<void> {
    await this.#readDefinitions();
    // It was told to end meanwhile: a timer that nobody clears keeps the process.
    if (this.#isOver) return;
    this.#timer = setInterval(() => void this.#readDefinitions().catch(() => undefined), DEFINITIONS_MS);
  }

  async readiness(): Promise<{ ready: boolean; why: string }> {
    const { engine } = this.#lane;
    if (!engine.ready) return { ready: false, why: 'Redis is away' };
    if (!this.#tide.low) return { ready: false, why: 'too much is waiting' };
    if (!this.#spellable) return { ready: false, why: 'Chatwoot was never reached, so its attributes are not known' };
    const { cause } = await engine.limiter.state();
    return cause === null ? { ready: true, why: 'ready' } : { ready: false, why: `calls are held: ${cause}` };
  }

  /** What came from its sources so far. */
  async arrivals(): Promise<SourceSight[]> {
    return Promise.all(
      this.#sources.map(async (name) => {
        const { taken = 0, duplicates = 0, unauthentic = 0, overloaded = 0 } = await this.#store.counters(name);
        return { name, taken, duplicates, unauthentic, overloaded };
      }),
    );
  }

  /** Ends what runs beside the deliveries. */
  stop(): void {
    this.#isOver = true;
    clearInterval(this.#timer);
    this.#tide.stop();
  }

  /** Writes the last reports; before the engine lets go of Redis. */
  async close(): Promise<void> {
    this.stop();
    await this.#days.stop();
  }

  async #readDefinitions(): Promise<void> {
    const { engine } = this.#lane;
    const read = await engine.definitions();
    engine.forgetAsked();
    this.#spellable = true;
    if (read === undefined) return;
    this.#definitions = read;
    await this.#known.save(read);
  }
}
