import { type Job, type JobsOptions, Queue } from 'bullmq';
import pLimit from 'p-limit';
import { batchJobId, JOBS, type JobName, subjectOf } from '../../jobs/catalog.ts';
import type { RedisClient } from '../redis/connect.ts';
import type { Keys } from '../redis/keys.ts';
import type { JobCounts, JobState, ListedJob } from './listed-job.ts';
import { loggableName } from './new-contact.ts';

/** Jobs added in one go. More gains nothing and holds Redis longer (measured: 19 ms for 500, 213 for 5000). */
const CHUNK = 500;

/** Adding two at a time is nearly twice as fast as one after the other; more than two gain nothing. */
const AT_ONCE = 2;

/** BullMQ runs jobs without a priority before those with one, and a lower one first. Events overtake files. */
const AFTER_LOOK_UPS = { event: 5, file: 10 };

interface NewJob {
  name: JobName;
  data: Record<string, never>;
  opts: JobsOptions;
}

/** Works on contacts that are due without a queue. */
export interface DueContacts {
  take(contacts: readonly string[]): void;
  readonly open: number;
}

/** The BullMQ queue of one account: it says which contacts and batches are due, never what is to be written. */
export class Jobs {
  readonly #queue: Queue;
  #due: DueContacts | undefined;

  constructor(redis: RedisClient, keys: Keys) {
    this.#queue = new Queue(keys.queue, {
      connection: redis,
      prefix: keys.tag,
      streams: { events: { maxLen: 1000 } },
    });
    this.#queue.on('error', () => {
      // The connection reports its own trouble; without a listener an error event would end the process.
    });
  }

  /** From now on contacts go there instead of becoming jobs. */
  divert(due: DueContacts): void {
    this.#due = due;
  }

  /**
   * Adds jobs; those of `urgent` contacts, and of batches of events, go before the others. Adding one that waits already changes nothing, and one that is active runs once more afterwards, so this
   * may be repeated at will.
   */
  async add(contacts: readonly string[], batches: readonly string[], urgent: readonly string[] = []): Promise<void> {
    this.#due?.take(contacts);
    const jobs = [
      ...batches.map((batch) => job('match', batchJobId(batch), batch.startsWith('e'))),
      ...urgent.map((contact) => job('update', contact, true)),
      ...(this.#due === undefined ? contacts : []).map((contact) => job('update', contact, false)),
    ];
    const limit = pLimit(AT_ONCE);
    const chunks = Array.from({ length: Math.ceil(jobs.length / CHUNK) }, (_, i) =>
      jobs.slice(i * CHUNK, (i + 1) * CHUNK),
    );
    // A bulk is a pipeline, which costs ioredis more to set up than the one job in it.
    const [first] = jobs;
    if (jobs.length === 1) await this.#queue.add(first!.name, first!.data, first!.opts);
    else await Promise.all(chunks.map((chunk) => limit(() => this.#queue.addBulk(chunk))));
  }

  /** Lets so many jobs of files go on as if they were events, while there are both: none waits for ever. */
  async ageFiles(most: number): Promise<void> {
    const { [AFTER_LOOK_UPS.event]: events = 0, [AFTER_LOOK_UPS.file]: files = 0 } =
      await this.#queue.getCountsPerPriority([AFTER_LOOK_UPS.event, AFTER_LOOK_UPS.file]);
    if (events === 0 || files === 0) return;
    for (const old of await this.#queue.getPrioritized(events, events + most - 1))
      await old.changePriority({ priority: AFTER_LOOK_UPS.event }).catch(() => undefined);
  }

  /** Jobs that wait, run or pause between attempts. */
  async open(): Promise<number> {
    const counts = await this.#queue.getJobCounts('wait', 'active', 'delayed', 'prioritized');
    return Object.values(counts).reduce((sum, n) => sum + n, this.#due?.open ?? 0);
  }

  /** How many jobs there are, by what becomes of them next. */
  async counts(): Promise<JobCounts> {
    const { active = 0, wait = 0, prioritized = 0, delayed = 0, failed = 0 } = await this.#queue.getJobCounts();
    return { active, waiting: wait + prioritized, delayed, failed };
  }

  /** The first jobs of a kind, oldest first; of those that failed the newest. */
  async list(state: JobState, most: number): Promise<ListedJob[]> {
    const asked = state === 'waiting' ? (['wait', 'prioritized'] as const) : ([state] as const);
    const jobs = await this.#queue.getJobs([...asked], 0, most - 1, state !== 'failed');
    // One that ended meanwhile is not there any more.
    return jobs
      .filter((job) => job !== undefined)
      .slice(0, most)
      .map(listed);
  }

  async close(): Promise<void> {
    await this.#queue.close();
  }
}

function listed(job: Job): ListedJob {
  return {
    name: job.name as JobName,
    subject: loggableName(subjectOf(job.deduplicationId ?? '')),
    attempts: job.attemptsMade,
    addedMs: job.timestamp,
    ...(job.processedOn === undefined ? {} : { begunMs: job.processedOn }),
    ...(job.failedReason === undefined ? {} : { failed: job.failedReason }),
  };
}

function job(name: JobName, id: string, event: boolean): NewJob {
  return {
    name,
    data: {},
    opts: {
      attempts: JOBS[name].attempts,
      backoff: { type: 'row' },
      // Look-ups go first: rows of one contact that stand far apart in a file meet in its mailbox before it is written.
      ...(name === 'update' ? { priority: AFTER_LOOK_UPS[event ? 'event' : 'file'] } : { lifo: event }),
      // Only for contacts may something be added while the job runs; a batch never changes.
      deduplication: name === 'update' ? { id, keepLastIfActive: true } : { id },
    },
  };
}
