import { Queue } from 'bullmq';
import type { RedisClient } from '../redis/connect.ts';
import type { Keys } from '../redis/keys.ts';

/** Jobs added in one go; see CHUNK in jobs.ts. */
const CHUNK = 500;

/** How a job that ended by a fault of ours or of Redis is tried again; the sweeper gives it another one after that. */
const AGAIN = { attempts: 5, backoff: { type: 'fixed', delay: 5000 } };

/** The BullMQ queue of one source whose records are fetched: a CRM that is slow keeps nobody else waiting. */
export class FetchJobs {
  readonly #queue: Queue;

  constructor(redis: RedisClient, keys: Keys, source: string) {
    this.#queue = new Queue(keys.fetchQueue(source), {
      connection: redis,
      prefix: keys.tag,
      streams: { events: { maxLen: 1000 } },
    });
    this.#queue.on('error', () => {
      // The connection reports its own trouble; without a listener an error event would end the process.
    });
  }

  /** Adds a job for each event that waits; adding one that has a job changes nothing. */
  async add(places: readonly string[]): Promise<void> {
    for (let i = 0; i < places.length; i += CHUNK) {
      const chunk = places.slice(i, i + CHUNK);
      await this.#queue.addBulk(
        chunk.map((place) => ({ name: 'fetch', data: {}, opts: { ...AGAIN, deduplication: { id: place } } })),
      );
    }
  }

  /** Jobs that wait, run or pause between attempts. */
  async open(): Promise<number> {
    const counts = await this.#queue.getJobCounts('wait', 'active', 'delayed');
    return Object.values(counts).reduce((sum, n) => sum + n, 0);
  }

  /** No worker asks for anything of this source for so long, in milliseconds. */
  async hold(ms: number): Promise<void> {
    await this.#queue.rateLimit(ms);
  }

  async close(): Promise<void> {
    await this.#queue.close();
  }
}
