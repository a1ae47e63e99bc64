import { Quarantine } from '../events/quarantine.ts';
import { JOB_STATES, type JobState } from '../queue/listed-job.ts';
import { totalsOf } from '../run/totals.ts';
import { Patience } from '../serve/patience.ts';
import type { Views } from '../serve/views.ts';
import { overviewPage } from '../watch/page.ts';
import { queuesPage, SHOWN } from '../watch/queue-page.ts';
import type { Known, QueueSight, Sight } from '../watch/sight.ts';
import type { Counter } from './counter.ts';
import type { Engine } from './engine.ts';
import { runLines, workerLine } from './lines.ts';
import { paceOf } from './pace-words.ts';

/** Newest runs that are looked at. */
const RUNS = 50;

/** Who looks within so many milliseconds of somebody else sees the same: looking must not become work for Redis. */
const SAME_MS = 1000;

/** An answer of Redis that takes longer is none, in milliseconds. */
const PATIENCE_MS = 3000;
const patience = new Patience(PATIENCE_MS);

/** An account that is served, as far as it is looked at. */
export interface Watched {
  engine: Engine;
  counter: Counter;
}

/** What an operator of `serve` can look at: read from Redis when it is asked for, whichever process did it. */
export function outlook(watched: () => readonly Watched[]): Views {
  const sights = shared(() => Promise.all(watched().map(sightOf)));
  const queues = shared(() => Promise.all(watched().map(queueOf)));
  return {
    page: async () => overviewPage(await sights()),
    queues: async () => queuesPage(await queues(), Date.now()),
    metrics: async () => {
      // Loaded when it is first asked for: few senders of webhooks are watched by Prometheus.
      const { metricsOf } = await import('../watch/metrics.ts');
      return metricsOf(await sights());
    },
  };
}

/** As `make`, but several who ask at about the same time get one answer. */
function shared<T>(make: () => Promise<T>): () => Promise<T> {
  let last: { at: number; made: Promise<T> } | undefined;
  return () => {
    const now = performance.now();
    if (last === undefined || now - last.at > SAME_MS) last = { at: now, made: make() };
    return last.made;
  };
}

async function sightOf({ engine, counter }: Watched): Promise<Sight> {
  const { baseUrl: desk, accountId: account } = engine.access;
  const known = await whileThere(engine, () => knownOf(engine, counter));
  const state = await whileThere(engine, () => counter.readiness());
  const { ready, why } = state ?? { ready: false, why: 'Redis is away' };
  return { desk, account, ready, why, ...(known === undefined ? {} : { known }) };
}

async function knownOf(engine: Engine, counter: Counter): Promise<Known> {
  const { redis, keys, limiter, runs, roster, jobs } = engine;
  const [totals, pace, waiting, counts, workers, lines, sources, quarantined] = await Promise.all([
    totalsOf(redis, keys),
    limiter.state(),
    engine.backlog(),
    jobs.counts(),
    roster.list(),
    runs.list(RUNS).then((states) => runLines(engine, states)),
    counter.arrivals(),
    new Quarantine(redis, keys).size(),
  ]);
  const { share } = limiter;
  const taken = paceOf(pace, share);
  return {
    ...{ totals, pace, share, taken, waiting, jobs: counts },
    ...{ workers: workers.map(workerLine), runs: lines, sources, quarantined },
  };
}

async function queueOf({ engine }: Watched): Promise<QueueSight> {
  const { baseUrl: desk, accountId: account } = engine.access;
  const jobs = await whileThere(engine, async () => {
    const [counts, ...lists] = await Promise.all([
      engine.jobs.counts(),
      ...JOB_STATES.map((state) => engine.jobs.list(state, SHOWN)),
    ]);
    const listed = Object.fromEntries(JOB_STATES.map((state, i) => [state, lists[i]!]));
    return { counts, listed: listed as Record<JobState, (typeof lists)[number]> };
  });
  return { desk, account, ...(jobs === undefined ? {} : { jobs }) };
}

/** Undefined while Redis is away, or when it answers too late or with an error. */
async function whileThere<T>(engine: Engine, ask: () => Promise<T>): Promise<T | undefined> {
  if (!engine.ready) return undefined;
  return patience.wait(ask(), `Redis did not answer within ${PATIENCE_MS} ms`).catch(() => undefined);
}
