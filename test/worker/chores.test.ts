import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { pino } from 'pino';
import { Bound } from '../../src/memory/bound.ts';
import { WriteHold } from '../../src/queue/hold.ts';
import { Jobs } from '../../src/queue/jobs.ts';
import { Chores } from '../../src/worker/chores.ts';
import { Roster } from '../../src/worker/roster.ts';
import { waiting } from '../jobs/world.ts';
import { beginRun, change, type Room, roomIn } from '../queue/room.ts';
import { startTestRedis, type TestRedis } from '../redis/server.ts';

let server: TestRedis;
before(async () => {
  server = await startTestRedis();
});
after(() => server.stop());

async function worldFor(
  t: TestContext,
  desk?: string,
): Promise<Room & { jobs: Jobs; hold: WriteHold; chores: Chores }> {
  const room = roomIn(server, desk);
  await beginRun(room, 'r1');
  const jobs = new Jobs(room.redis, room.keys);
  t.after(() => jobs.close());
  const hold = new WriteHold(room.redis, room.keys, room.intake, jobs);
  const bound = new Bound(room.redis, room.keys, { most: undefined, now: Date.now });
  const parts = { ...room, jobs, hold, bound, desk: { places: { activeCount: 0 } }, log: pino({ level: 'silent' }) };
  return { ...room, jobs, hold, chores: new Chores(parts) };
}

/** Makes everything that waits look as if it had waited for long, and lets the sweeper look again. */
async function later(r: Room): Promise<void> {
  for (const key of [r.keys.dirty, r.keys.batches]) {
    for (const member of await r.redis.zrange(key, '0', '-1')) await r.redis.zadd(key, Date.now() - 60_000, member);
  }
  await r.redis.del(`${r.keys.base}:sweeping`);
}

test('left-overs get a job once their source is read', async (t) => {
  const w = await worldFor(t);
  await w.intake.take('index', [waiting(0, { keys: { email: 'a@x.test' }, match: ['email'] })]);
  await w.runs.lease('r1', 'me', true);
  await w.chores.flush();
  assert.equal(await w.jobs.open(), 0);
  await w.runs.stoppedReading('r1');
  await w.chores.flush();
  await w.chores.flush();
  assert.equal(await w.jobs.open(), 1);
});

test('a contact and a batch whose jobs were lost get new ones, but not before some time', async (t) => {
  const w = await worldFor(t);
  await w.mailboxes.deliver([change('1', 0, { name: 'A' }), change('2', 1, { name: 'A' })]);
  await w.intake.take(
    'index',
    Array.from({ length: 15 }, (_, i) => waiting(i + 2, { keys: { email: `${i}@x.test` }, match: ['email'] })),
  );
  await w.chores.sweep();
  assert.equal(await w.jobs.open(), 0, 'their producer may still be about to add the jobs');
  await later(w);
  await w.chores.sweep();
  assert.equal(await w.jobs.open(), 3);
  await later(w);
  await w.chores.sweep();
  assert.equal(await w.jobs.open(), 3, 'what has a job gets no second one');
});

test('writes that are held get their jobs when the source is read and everything is looked up', async (t) => {
  const w = await worldFor(t);
  await w.hold.begin('r1');
  await w.runs.lease('r1', 'me', true);
  await w.mailboxes.deliver([change('1', 0, { name: 'A' })]);
  assert.equal(await w.hold.holds(['r1']), true);
  await w.intake.take('index', [waiting(1, { keys: { email: 'a@x.test' }, match: ['email'] })]);
  await w.chores.flush();
  await later(w);
  await w.chores.sweep();
  assert.equal(await w.jobs.open(), 0, 'it is read');
  await w.runs.stoppedReading('r1');
  await w.chores.flush();
  assert.equal(await w.jobs.open(), 1, 'the look-up alone');
  await w.intake.done('1');
  await w.chores.flush();
  assert.equal(await w.jobs.open(), 2);
  assert.equal(await w.hold.holds(['r1']), false);
});

test('one process sweeps at a time', async (t) => {
  const w = await worldFor(t);
  await w.mailboxes.deliver([change('1', 0, { name: 'A' })]);
  await later(w);
  await w.redis.set(`${w.keys.base}:sweeping`, '1', 'PX', 5000);
  await w.chores.sweep();
  assert.equal(await w.jobs.open(), 0);
});

test('a worker shows itself until it stops', async (t) => {
  const w = await worldFor(t);
  w.chores.start();
  while ((await w.redis.zcount(w.keys.workers, Date.now(), '+inf')) === 0)
    await new Promise((next) => setTimeout(next, 5));
  await w.chores.stop();
  assert.equal(await w.redis.zcard(w.keys.workers), 0);
});

test('a worker says since when it works and how many calls it has in flight; who is silent is gone', async (t) => {
  const w = await worldFor(t);
  const roster = new Roster(w.redis, w.keys);
  await roster.show('b:2', 2000, 3);
  await roster.show('a:1', 1000, 0);
  assert.deepEqual(
    (await roster.list()).map(({ name, sinceMs, inFlight }) => [name, sinceMs, inFlight]),
    [
      ['a:1', 1000, 0],
      ['b:2', 2000, 3],
    ],
  );
  await w.redis.zadd(w.keys.workers, Date.now() - 1, 'b:2');
  assert.deepEqual([await roster.size(), (await roster.list()).length], [1, 1]);
  await roster.show('a:1', 1000, 0);
  assert.deepEqual(await w.redis.hkeys(`${w.keys.workers}:said`), ['a:1']);
});

for (const signal of ['SIGKILL', 'SIGSTOP'] as const) {
  test(`the sweep goes on when the process that did it gets ${signal}`, async (t) => {
    const desk = `http://${signal.toLowerCase()}.test`;
    const w = await worldFor(t, desk);
    const script = path.join(import.meta.dirname, 'sweeping.ts');
    const child = fork(script, [server.socket, desk], { execArgv: ['--import', 'tsx'] });
    t.after(() => child.kill('SIGKILL'));
    await once(child, 'message');
    child.kill(signal);
    assert.equal(await w.redis.exists(`${w.keys.base}:sweeping`), 1, 'it has the sweep');
    await w.mailboxes.deliver([change('1', 0, { name: 'A' })]);
    await w.redis.zadd(w.keys.dirty, Date.now() - 60_000, '1');
    await w.chores.sweep();
    assert.equal(await w.jobs.open(), 0, 'still');
    const from = Date.now();
    while ((await w.jobs.open()) === 0) {
      assert.ok(Date.now() - from < 6000, 'nobody sweeps');
      await new Promise((next) => setTimeout(next, 50));
      await w.chores.sweep();
    }
  });
}
