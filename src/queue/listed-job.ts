import type { JobName } from '../../jobs/catalog.ts';

/** What becomes of a job next: a worker has it, takes it when it is its turn, takes it later, or nobody does. */
export const JOB_STATES = ['active', 'waiting', 'delayed', 'failed'] as const;
export type JobState = (typeof JOB_STATES)[number];
export type JobCounts = Record<JobState, number>;

/** A job for people to look at. It names no person. */
export interface ListedJob {
  name: JobName;
  /** The contact or the batch. */
  subject: string;
  attempts: number;
  /** When it was added, and when a worker took it last; epoch milliseconds. */
  addedMs: number;
  begunMs?: number;
  /** Why it failed. */
  failed?: string;
}
