import { NEEDS_ATTENTION, OUTCOMES } from '../run/outcome.ts';
import { CALL_KINDS } from '../run/summary.ts';
import type { Known, Sight } from './sight.ts';

type Labels = Record<string, string>;
type Sample = readonly [labels: Labels, value: number];

/** One metric: its samples of an account, beside the labels `desk` and `account` that all of them have. */
export interface Metric<Of> {
  name: string;
  help: string;
  labels: readonly string[];
  /** Counters only ever grow, whatever process counts and whatever run is forgotten. */
  kind: 'counter' | 'gauge';
  samples: (of: Of) => readonly Sample[];
}

/** What holds calls, so that an alert can name it. */
const CAUSES = ['rate-limited', 'outage', 'token-refused', 'paused'] as const;

const one = (value: number): Sample[] => [[{}, value]];
const yes = (holds: boolean): Sample[] => one(holds ? 1 : 0);

/** Known while Redis is away, too. */
export const OF_ACCOUNT: readonly Metric<Sight>[] = [
  {
    name: 'ready',
    help: 'Whether deliveries are taken in and written (1), or something is in the way (0).',
    labels: [],
    kind: 'gauge',
    samples: ({ ready }) => yes(ready),
  },
  {
    name: 'redis_up',
    help: 'Whether Redis answers. While it does not, only this and the metrics of the process are there.',
    labels: [],
    kind: 'gauge',
    samples: ({ known }) => yes(known !== undefined),
  },
];

export const OF_KNOWN: readonly Metric<Known>[] = [
  {
    name: 'rows_total',
    help: 'Rows and events that have their outcome.',
    labels: ['outcome'],
    kind: 'counter',
    samples: ({ totals }) => OUTCOMES.map((outcome) => [{ outcome }, totals.outcomes[outcome]]),
  },
  {
    name: 'calls_total',
    help: 'Calls to Chatwoot that were made for rows and events.',
    labels: ['kind'],
    kind: 'counter',
    samples: ({ totals }) => CALL_KINDS.map((kind) => [{ kind }, totals.calls[kind]]),
  },
  {
    name: 'desk_seconds_total',
    help: 'Seconds that Chatwoot worked on those calls, as its x-runtime header says.',
    labels: ['kind'],
    kind: 'counter',
    samples: ({ totals }) => CALL_KINDS.map((kind) => [{ kind }, totals.deskUs[kind] / 1e6]),
  },
  {
    name: 'retries_total',
    help: 'Further attempts of rows and events.',
    labels: [],
    kind: 'counter',
    samples: ({ totals }) => one(totals.retries),
  },
  {
    name: 'rate_limited_total',
    help: 'Calls that Chatwoot answered with 429.',
    labels: [],
    kind: 'counter',
    samples: ({ totals }) => one(totals.rateLimited),
  },
  {
    name: 'events_total',
    help: 'Events that senders delivered (taken, duplicates) and deliveries that were turned away (unauthentic, overloaded).',
    labels: ['source', 'result'],
    kind: 'counter',
    samples: ({ sources }) =>
      sources.flatMap(({ name, ...results }) =>
        Object.entries(results).map(([result, n]): Sample => [{ source: name, result }, n]),
      ),
  },
  {
    name: 'waiting_changes',
    help: 'Changes in Redis that are not settled yet.',
    labels: [],
    kind: 'gauge',
    samples: ({ waiting }) => one(waiting),
  },
  {
    name: 'jobs',
    help: 'Jobs by what becomes of them next.',
    labels: ['state'],
    kind: 'gauge',
    samples: ({ jobs }) => Object.entries(jobs).map(([state, n]) => [{ state }, n]),
  },
  {
    name: 'workers',
    help: 'Processes that work for the account.',
    labels: [],
    kind: 'gauge',
    samples: ({ workers }) => one(workers.length),
  },
  {
    name: 'calls_in_flight',
    help: 'Calls of all those processes that Chatwoot has not answered yet.',
    labels: [],
    kind: 'gauge',
    samples: ({ workers }) => one(workers.reduce((sum, { in_flight }) => sum + in_flight, 0)),
  },
  {
    name: 'rate_limit_per_minute',
    help: 'Most calls a minute, of all processes together.',
    labels: [],
    kind: 'gauge',
    samples: ({ pace }) => one(pace.rate),
  },
  {
    name: 'calls_this_minute',
    help: 'Calls in the present clock minute.',
    labels: [],
    kind: 'gauge',
    samples: ({ pace }) => one(pace.count),
  },
  {
    name: 'held',
    help: 'Whether all calls wait, and for what.',
    labels: ['cause'],
    kind: 'gauge',
    samples: ({ pace }) => CAUSES.map((cause) => [{ cause }, pace.cause === cause ? 1 : 0]),
  },
  {
    name: 'desk_share',
    help: 'Part of one process of the desk that calls may take just now; with --pace auto.',
    labels: [],
    kind: 'gauge',
    samples: ({ pace: { occupation }, share }) => (occupation === null ? [] : one(share * occupation.gain)),
  },
  {
    name: 'quarantined_events',
    help: 'Events that could not be used and wait for a replay.',
    labels: [],
    kind: 'gauge',
    samples: ({ quarantined }) => one(quarantined),
  },
  {
    name: 'open_runs',
    help: 'Runs that are not over.',
    labels: ['status'],
    kind: 'gauge',
    samples: ({ runs }) =>
      (['running', 'paused', 'interrupted'] as const).map((status) => [
        { status },
        runs.filter((run) => run.status === status).length,
      ]),
  },
  {
    name: 'run_end_timestamp_seconds',
    help: 'When the newest run of a command ended that did (Unix time): an alert on its age finds a nightly run that never came.',
    labels: ['command'],
    kind: 'gauge',
    samples: (known) => lastOf(known).map(({ command, endedMs }) => [{ command }, endedMs / 1000]),
  },
  {
    name: 'run_attention_rows',
    help: `Rows of that run that need attention: ${[...NEEDS_ATTENTION].join(', ')}.`,
    labels: ['command'],
    kind: 'gauge',
    samples: (known) => lastOf(known).map(({ command, attention }) => [{ command }, attention]),
  },
];

/** The newest ended run of each command. */
function lastOf({ runs }: Known): { command: string; endedMs: number; attention: number }[] {
  const newest = new Map<string, { command: string; endedMs: number; attention: number }>();
  for (const { status, command, started_at, duration_ms, attention } of runs) {
    if (status === 'running' || status === 'paused' || status === 'interrupted') continue;
    const endedMs = Date.parse(started_at) + duration_ms;
    if ((newest.get(command)?.endedMs ?? 0) < endedMs) newest.set(command, { command, endedMs, attention });
  }
  return [...newest.values()];
}
