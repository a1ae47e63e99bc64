import type { PaceState } from '../pace/slot.ts';
import type { JobCounts, ListedJob } from '../queue/listed-job.ts';
import type { RunLine } from '../report/runs.ts';
import type { WorkerLine } from '../report/workers.ts';
import type { Totals } from '../run/totals.ts';

/** How it stands with one account. It holds no value of any contact. */
export interface Sight {
  /** Address of its Chatwoot, and its number there. */
  desk: string;
  account: number;
  ready: boolean;
  /** Why not, or that it is. */
  why: string;
  /** Not there while Redis is away. */
  known?: Known;
}

/** What Redis knows of an account, whatever process did it. */
export interface Known {
  totals: Totals;
  pace: PaceState;
  /** Part of the desk that may be taken, between 0 and 1, and what is taken in words; of a pace that follows the desk. */
  share: number;
  taken: string | undefined;
  /** Changes that are not settled yet. */
  waiting: number;
  jobs: JobCounts;
  workers: readonly WorkerLine[];
  /** Newest first. */
  runs: readonly RunLine[];
  sources: readonly SourceSight[];
  /** Events that could not be used and can be replayed. */
  quarantined: number;
}

/** What came from a source of events so far. */
export interface SourceSight {
  name: string;
  taken: number;
  duplicates: number;
  unauthentic: number;
  overloaded: number;
}

/** The jobs of one account. */
export interface QueueSight {
  desk: string;
  account: number;
  /** Not there while Redis is away. */
  jobs?: { counts: JobCounts; listed: Record<keyof JobCounts, readonly ListedJob[]> };
}
