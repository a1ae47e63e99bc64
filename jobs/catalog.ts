/**
 * The kinds of jobs. A job carries no data: its deduplication id names the batch or the contact, and what is to be done
 * lies in Redis, because BullMQ never merges data (see src/queue/scripts/applied.ts). Records of CRMs are fetched by jobs of
 * other queues, one a source (fetch.ts), whose attempts are the source's own.
 */
export const JOBS = {
  /** Look a batch of rows up and compare. Dedup id: `batch:<id>`. */
  match: { attempts: 5 },
  /** Write what lies in a contact's mailbox. Dedup id: the contact. */
  update: { attempts: 5 },
} as const;

export type JobName = keyof typeof JOBS;

const BATCH_PREFIX = 'batch:';

/** Deduplication id of a batch's job; contacts have their bare id, which is a number. */
export function batchJobId(batch: string): string {
  return BATCH_PREFIX + batch;
}

/** The batch or contact a job is about. */
export function subjectOf(deduplicationId: string): string {
  return deduplicationId.startsWith(BATCH_PREFIX) ? deduplicationId.slice(BATCH_PREFIX.length) : deduplicationId;
}
