import { KnownDefinitions } from '../events/known-definitions.ts';
import { ThinEvents } from '../events/thin.ts';
import { RecordClient } from '../fetch/client.ts';
import { RECORD_PAUSES, SOURCE_PAUSES } from '../fetch/pause.ts';
import { recordValues } from '../fetch/record-values.ts';
import { FetchJobs } from '../queue/fetch-jobs.ts';
import { Fetcher } from '../worker/fetcher.ts';
import type { Engine } from './engine.ts';
import type { ConfiguredFetch } from './fetches.ts';

/** Fetching records for the sources that are configured so; each has a queue, a rate and connections of its own. */
export class Fetching {
  readonly #engine: Engine;
  readonly #fetches: readonly ConfiguredFetch[];
  readonly #jobs = new Map<string, FetchJobs>();
  readonly #fetchers: Fetcher[] = [];
  readonly #clients: RecordClient[] = [];

  constructor(engine: Engine, fetches: readonly ConfiguredFetch[]) {
    this.#engine = engine;
    this.#fetches = fetches;
  }

  /** Gives events of a source that wait for their record a job. What is lost here is found by the sweep of whoever fetches. */
  async add(source: string, places: readonly string[]): Promise<void> {
    if (places.length > 0) await this.#jobsOf(source).add(places);
  }

  /** Begins to fetch in this process. */
  start(): void {
    const { redis, keys, ledger, log, jobs } = this.#engine;
    const known = new KnownDefinitions(redis, keys);
    for (const { mapping, client: options, values, rate, attempts } of this.#fetches) {
      const client = new RecordClient(options);
      this.#clients.push(client);
      const reading = { values, preset: mapping.preset, mapped: mapping.names };
      this.#fetchers.push(
        new Fetcher({
          source: mapping.name,
          redis,
          keys,
          thin: new ThinEvents(redis, keys, ledger, mapping),
          jobs: this.#jobsOf(mapping.name),
          ask: (id, signal) => client.ask(id, signal),
          valuesIn: (document, id) => recordValues(document, id, reading),
          definitions: () => known.load(),
          // The sweeper finds what is lost here: the rows themselves are safe.
          onBatches: (batches) => jobs.add([], batches).catch(() => undefined),
          attempts,
          rate,
          pauses: RECORD_PAUSES,
          sourcePauses: SOURCE_PAUSES,
          random: Math.random,
          now: Date.now,
          log,
        }),
      );
    }
  }

  /** Ends fetching; what was under way goes back without having used an attempt. */
  async stop(): Promise<void> {
    const away = !this.#engine.ready;
    await Promise.all(this.#fetchers.splice(0).map((fetcher) => fetcher.stop(away)));
    for (const client of this.#clients.splice(0)) client.close();
  }

  /** Ends fetching and lets go of the queues; before the engine does of Redis. */
  async close(): Promise<void> {
    await this.stop();
    if (!this.#engine.ready) return;
    for (const jobs of this.#jobs.values()) await jobs.close();
    this.#jobs.clear();
  }

  #jobsOf(source: string): FetchJobs {
    let jobs = this.#jobs.get(source);
    if (jobs === undefined) {
      jobs = new FetchJobs(this.#engine.redis, this.#engine.keys, source);
      this.#jobs.set(source, jobs);
    }
    return jobs;
  }
}
