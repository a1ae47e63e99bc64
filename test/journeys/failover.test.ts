import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { keysOf } from '../../src/redis/keys.ts';
import type { Summary } from '../../src/run/summary.ts';
import { assertBooks, assertDesk } from '../chaos/books.ts';
import { exportOf, seeded } from '../chaos/crm.ts';
import { startTestCluster } from '../redis/cluster.ts';
import { startTestSentinels } from '../redis/sentinel.ts';
import { outcomesIn, type Rig, type Running, rig, until } from './rig.ts';

const CONTACTS = 500;
const ROWS = 1500;
const SEED = Number(process.env.CHAOS_SEED ?? Date.now() % 100_000);
const PACE = ['--rate', '12000', '--concurrency', '4'];

/** A desk, a file for it, and the program on servers of the test's own. */
async function world(t: TestContext, url: string) {
  const made = await rig(t, { sandbox: { contacts: CONTACTS, latencyMs: 10 }, redis: { url } });
  const source = exportOf(ROWS, CONTACTS, seeded(SEED));
  made.file('contacts.csv', source.csv);
  made.file('contact-sync.yaml', 'high_water: 500\n');
  return { ...made, source, tag: keysOf(made.sandbox.url, made.sandbox.account).tag };
}

type World = Awaited<ReturnType<typeof world>>;

/** Two workers, ready to work. */
async function workers({ start }: Rig): Promise<[Running, Running]> {
  const pair = [start(['work', ...PACE]), start(['work', ...PACE])] as [Running, Running];
  for (const worker of pair) {
    const ready = () => worker.stderr().includes('working on account');
    await until('the worker to work', () => ready() || worker.child.exitCode !== null);
    assert.ok(ready(), worker.stderr());
  }
  return pair;
}

/** Resolves when so many writes have arrived at the desk. */
function written({ sandbox }: Rig, n: number): Promise<void> {
  return until(`${n} writes`, () => (sandbox.counts.byRoute['PUT contacts/:id'] ?? 0) >= n);
}

/** A sync with two workers beside it, one of which is killed, and then the primary. */
async function syncThrough(made: World, failover: () => Promise<void>): Promise<void> {
  const [first] = await workers(made);
  const sync = made.start(['sync', 'contacts.csv', '--json', '--run-id', 'r', ...PACE]);
  await written(made, 20);
  first.child.kill('SIGKILL');
  await written(made, 60);
  await failover();
  const { code, stdout, stderr } = await sync.ended;
  assert.equal(code, 1, stderr);
  const summary = JSON.parse(stdout) as Summary;
  assertBooks(made.source, summary, outcomesIn(summary.report_dir));
  assertDesk(made.source, made.sandbox);
}

/** An `enqueue` whose primary dies while it reads, and workers that do the rest. */
async function enqueueThrough(made: World, failover: () => Promise<void>): Promise<void> {
  const enqueue = made.start(['enqueue', 'contacts.csv', '--run-id', 'q', ...PACE]);
  const [first] = await workers(made);
  await written(made, 20);
  await failover();
  first.child.kill('SIGKILL');
  const { code, stderr } = await enqueue.ended;
  assert.equal(code, 0, stderr);
  const finished = async () => JSON.parse((await made.run(['status', 'q', '--json'])).stdout).runs[0].status;
  await until('the run to end', async () => (await finished()) === 'finished', 30_000);
  const { stdout } = await made.run(['report', 'q', '--json']);
  const summary = JSON.parse(stdout) as Summary;
  assertBooks(made.source, summary, outcomesIn(summary.report_dir));
  assertDesk(made.source, made.sandbox);
}

describe(`failovers (seed ${SEED})`, { concurrency: 5, timeout: 90_000 }, () => {
  test('a cluster: a worker and the primary that has the keys are killed in mid-run', async (t) => {
    const cluster = await startTestCluster(t);
    const made = await world(t, cluster.url);
    await syncThrough(made, async () => (await cluster.homeOf(made.tag)).kill9());
  });

  test('a cluster: the primary dies while files are read by enqueue', async (t) => {
    const cluster = await startTestCluster(t);
    const made = await world(t, cluster.url);
    await enqueueThrough(made, async () => (await cluster.homeOf(made.tag)).kill9());
  });

  test('sentinels: a worker and the primary are killed in mid-run', async (t) => {
    const sentinels = await startTestSentinels(t);
    const made = await world(t, sentinels.url);
    await syncThrough(made, () => sentinels.first.kill9());
    assert.equal(await sentinels.primary(), sentinels.second);
  });

  test('status, pause, resume, plan, undo and forget on a cluster', async (t) => {
    const cluster = await startTestCluster(t, { replicas: false });
    const { file, run, sync, sandbox, start } = await rig(t, { sandbox: { contacts: 5 }, redis: { url: cluster.url } });
    file('contacts.csv', 'email,name\ncontact1@example.com,New\ncontact2@example.com,Other\n');
    file('contact-sync.yaml', 'redis: {replicas: 0}\n');
    const worker = start(['work']);
    await until('the worker to work', () => worker.stderr().includes('working on account'));
    const planned = await run(['plan', 'contacts.csv', '--json']);
    assert.equal(planned.code, 0, planned.stderr);
    assert.equal((await run(['pause'])).code, 0);
    const status = JSON.parse((await run(['status', '--json'])).stdout);
    assert.deepEqual([status.workers, status.pace.waiting], [1, 'paused']);
    assert.match(status.worker_list[0].name, new RegExp(`:${worker.pid}$`));
    assert.match((await run(['status'])).stdout, new RegExp(`:${worker.pid} .* 0  .* ago`));
    assert.equal((await run(['resume'])).code, 0);
    const { code, summary } = await sync(['contacts.csv', '--run-id', 'r']);
    assert.equal(code, 0);
    assert.equal(summary.outcomes.updated, 2);
    assert.equal((await run(['undo', 'r', '--yes'])).code, 0);
    assert.notEqual(sandbox.contacts.get(1)?.name, 'New');
    assert.match((await run(['forget', '--all'])).stdout, /^2 contacts forgotten/);
    worker.child.kill('SIGTERM');
    assert.equal((await worker.ended).code, 143);
  });

  test('a signal ends work while the node that has the keys is away and the others are not', async (t) => {
    const cluster = await startTestCluster(t, { replicas: false });
    const made = await world(t, cluster.url);
    made.file('contact-sync.yaml', 'redis: {replicas: 0}\n');
    const [first, second] = await workers(made);
    await (await cluster.homeOf(made.tag)).kill9();
    await sleep(500);
    for (const { child, ended } of [first, second]) {
      child.kill('SIGTERM');
      const { code } = await Promise.race([ended, sleep(20_000, { code: 'still running' })]);
      assert.equal(code, 143);
    }
  });
});
