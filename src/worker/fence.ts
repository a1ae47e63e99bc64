import type { Job } from 'bullmq';

/**
 * A worker that was frozen past its lock must not send: another one may have written something newer. BullMQ notes the
 * time, on our clock, before it asks for a job, so the lock of a job that is younger than a quarter of its time was surely not lost.
 */
export async function fence(job: Job, token: string, lockMs: number): Promise<void> {
  const age = Date.now() - (job.processedOn ?? 0);
  if (age >= 0 && age < lockMs / 4) return;
  if ((await job.extendLock(token, lockMs)) !== 1) throw new Error('the lock of this job was lost');
}
