import assert from 'node:assert/strict';
import { after, before, type TestContext, test } from 'node:test';
import { pino } from 'pino';
import { ChatwootClient } from '../../src/chatwoot/client.ts';
import { ContactRequests } from '../../src/chatwoot/contacts.ts';
import { rulesOf } from '../../src/chatwoot/version.ts';
import { Memory } from '../../src/memory/memory.ts';
import { Desk } from '../../src/pace/desk.ts';
import { WriteHold } from '../../src/queue/hold.ts';
import { Jobs } from '../../src/queue/jobs.ts';
import { Rails } from '../../src/rails/rails.ts';
import { Vault } from '../../src/undo/vault.ts';
import { Pool } from '../../src/worker/pool.ts';
import { type World, waiting, worldFor } from '../jobs/world.ts';
import { change } from '../queue/room.ts';
import { startTestRedis, type TestRedis } from '../redis/server.ts';

let server: TestRedis;
before(async () => {
  server = await startTestRedis();
});
after(() => server.stop());

interface Workers extends World {
  jobs: Jobs;
  /** Starts workers, stopped when the test ends if not before. */
  pool(): Promise<Pool>;
}

async function workersFor(t: TestContext): Promise<Workers> {
  const world = await worldFor(t, server, { contacts: 30 });
  const jobs = new Jobs(world.redis, world.keys);
  const client = new ChatwootClient({ baseUrl: world.sandbox.url, token: 'T', timeoutMs: 1000 });
  const desk = new Desk(client, world.limiter, { windowMs: 60_000, inFlight: 2 });
  const requests = new ContactRequests(1);
  const parts = {
    ...world,
    jobs,
    hold: new WriteHold(world.redis, world.keys, world.intake, jobs),
    rails: new Rails({ ...world, planning: false }),
    desk,
    requests,
    rules: rulesOf('4.10.0'),
    log: pino({ level: 'silent' }),
    random: () => 1,
    memory: new Memory(world.redis, world.keys, { rememberForMs: 60_000 }),
    vault: new Vault(undefined),
    planning: false,
  };
  const pools: Pool[] = [];
  t.after(async () => {
    await Promise.all(pools.map((pool) => pool.stop(0)));
    client.close();
    await jobs.close();
  });
  return {
    ...world,
    jobs,
    async pool() {
      const pool = new Pool(parts, 2);
      pools.push(pool);
      await pool.ready();
      return pool;
    },
  };
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 8000; !(await holds()); ) {
    assert.ok(Date.now() < end, 'waited in vain');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

test('what is looked up and what is written ends without anything left in the queue', async (t) => {
  const w = await workersFor(t);
  const rows = Array.from({ length: 15 }, (_, i) =>
    waiting(i, { keys: { email: `contact${i + 1}@example.com` }, match: ['email'], patch: { name: '"New"' } }),
  );
  await w.jobs.add([], await w.intake.take('index', rows));
  await w.mailboxes.deliver([change('20', 15, { name: 'New' })]);
  await w.jobs.add(['20', '21'], []);
  await w.pool();
  await until(async () => (await w.runs.get('r1'))!.settled === 16 && (await w.jobs.open()) === 0);
  assert.equal((await w.runs.get('r1'))!.outcomes.updated, 16);
  assert.equal(w.sandbox.maxInFlightPerContact, 1);
  assert.deepEqual(await w.redis.zrange(w.keys.dirty, '0', '-1'), []);
});

test('a row that fails on its own is tried again after a pause, and keeps count of it', async (t) => {
  const w = await workersFor(t);
  w.sandbox.faults.add({ match: { contactId: 3 }, effect: { kind: 'html', status: 200 }, times: 1 });
  await w.mailboxes.deliver([change('3', 0, { name: 'New' })]);
  await w.jobs.add(['3'], []);
  await w.pool();
  await until(async () => (await w.runs.get('r1'))!.settled === 1);
  const record = (await w.records())[0]!;
  assert.deepEqual([record.outcome, record.attempts, record.request_id], ['updated', 2, 'r1-2-2']);
  assert.equal((await w.runs.get('r1'))!.retries, 1);
});

test('workers that are stopped while they wait give their jobs back without having used an attempt', async (t) => {
  const w = await workersFor(t);
  await w.limiter.pause();
  await w.mailboxes.deliver([change('3', 0, { name: 'New' })]);
  await w.jobs.add(['3'], []);
  const first = await w.pool();
  await until(async () => (await w.redis.llen(`${w.keys.tag}:${w.keys.queue}:active`)) === 1);
  const started = Date.now();
  await first.stop(5000);
  assert.ok(Date.now() - started < 3000);
  assert.equal(await w.redis.llen(`${w.keys.tag}:${w.keys.queue}:active`), 0);
  assert.equal(await w.jobs.open(), 1);
  await w.limiter.resume();
  await w.pool();
  await until(async () => (await w.runs.get('r1'))!.settled === 1);
  assert.equal((await w.records())[0]!.attempts, 1);
});
