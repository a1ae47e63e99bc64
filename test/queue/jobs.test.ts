import assert from 'node:assert/strict';
import { after, before, type TestContext, test } from 'node:test';
import { type Job, UnrecoverableError, Worker } from 'bullmq';
import { subjectOf } from '../../jobs/catalog.ts';
import { Jobs } from '../../src/queue/jobs.ts';
import { startTestRedis, type TestRedis } from '../redis/server.ts';
import { type Room, roomIn } from './room.ts';

let server: TestRedis;
before(async () => {
  server = await startTestRedis();
});
after(() => server.stop());

function jobsIn(t: TestContext, r: Room): Jobs {
  const jobs = new Jobs(r.redis, r.keys);
  t.after(() => jobs.close());
  return jobs;
}

function workerIn(t: TestContext, r: Room, process: (job: Job) => Promise<void>): Worker {
  const worker = new Worker(r.keys.queue, process, {
    connection: server.client(),
    prefix: r.keys.tag,
    concurrency: 5,
    removeOnComplete: { count: 0 },
    settings: { backoffStrategy: () => 1 },
  });
  t.after(() => worker.close(true));
  return worker;
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 5000; !(await holds()); ) {
    assert.ok(Date.now() < end, 'waited in vain');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

test('adding a contact or a batch twice is one job', async (t) => {
  const r = roomIn(server);
  const jobs = jobsIn(t, r);
  await jobs.add(['1', '2', '1'], ['1']);
  await jobs.add(['2', '1'], ['1']);
  assert.equal(await jobs.open(), 3);
  const ran: string[] = [];
  workerIn(
    t,
    r,
    async (job) => void ran.push(`${job.name} ${subjectOf(job.deduplicationId!)} ${JSON.stringify(job.data)}`),
  );
  await until(async () => (await jobs.open()) === 0);
  assert.deepEqual(ran.sort(), ['match 1 {}', 'update 1 {}', 'update 2 {}']);
});

test('a contact added while its job is active runs once more, never twice at a time', async (t) => {
  const r = roomIn(server);
  const jobs = jobsIn(t, r);
  let [active, most, runs] = [0, 0, 0];
  workerIn(t, r, async () => {
    runs += 1;
    active += 1;
    most = Math.max(most, active);
    if (runs === 1) for (let i = 0; i < 3; i += 1) await jobs.add(['7'], []);
    await new Promise((resolve) => setTimeout(resolve, 20));
    active -= 1;
  });
  await jobs.add(['7'], []);
  await until(async () => runs === 2 && (await jobs.open()) === 0);
  assert.deepEqual([runs, most], [2, 1]);
});

test('a contact added while its job waits for another attempt is no second job', async (t) => {
  const r = roomIn(server);
  const jobs = jobsIn(t, r);
  const attempts: number[] = [];
  workerIn(t, r, async (job) => {
    attempts.push(job.attemptsMade);
    await jobs.add(['7'], []);
    if (job.attemptsMade < 2 && attempts.length <= 3) throw new Error('later');
    if (attempts.length === 3) throw new UnrecoverableError('never');
  });
  await jobs.add(['7'], []);
  await until(async () => attempts.length >= 4);
  assert.deepEqual(attempts.slice(0, 4), [0, 1, 2, 0], 'three attempts, then what came in meanwhile');
});

test('more jobs than fit one chunk are all added', async (t) => {
  const r = roomIn(server);
  const jobs = jobsIn(t, r);
  await jobs.add(
    Array.from({ length: 1203 }, (_, i) => String(i + 1)),
    [],
  );
  assert.equal(await jobs.open(), 1203);
  await jobs.add([], []);
});
