import assert from 'node:assert/strict';
import { after, before, type TestContext, test } from 'node:test';
import { WriteHold } from '../../src/queue/hold.ts';
import { Jobs } from '../../src/queue/jobs.ts';
import { startTestRedis, type TestRedis } from '../redis/server.ts';
import { beginRun, change, type Room, roomIn } from './room.ts';

let server: TestRedis;
before(async () => {
  server = await startTestRedis();
});
after(() => server.stop());

async function worldFor(t: TestContext): Promise<Room & { jobs: Jobs; hold: WriteHold }> {
  const room = roomIn(server);
  await beginRun(room, 'r1');
  const jobs = new Jobs(room.redis, room.keys);
  t.after(() => jobs.close());
  return { ...room, jobs, hold: new WriteHold(room.redis, room.keys, room.intake, jobs) };
}

test('writes of a run that is being read wait; let go, every contact gets its job', async (t) => {
  const w = await worldFor(t);
  await w.hold.begin('r1');
  await w.mailboxes.deliver([change('5', 0, { name: 'a' }), change('6', 1, { name: 'b' })]);
  assert.equal(await w.hold.holds(['r1']), true);
  assert.equal(await w.jobs.open(), 0);
  await w.hold.release('r1');
  assert.equal(await w.jobs.open(), 2);
  assert.equal(await w.hold.holds(['r1']), false);
});

test('what a run did not hold back has its jobs already, and gets no others', async (t) => {
  const w = await worldFor(t);
  await w.hold.begin('r1');
  await w.mailboxes.deliver([change('5', 0, { name: 'a' })]);
  await w.hold.release('r1');
  assert.equal(await w.jobs.open(), 0);
});

test('a contact that a run without hold wants written as well is not held', async (t) => {
  const w = await worldFor(t);
  await w.hold.begin('r1');
  assert.equal(await w.hold.holds(['r1', 'r2']), false);
  assert.equal(await w.hold.holds([]), false);
});

test('a hold ends by itself once nobody reads and everything is looked up, also after the reader was killed', async (t) => {
  const w = await worldFor(t);
  await w.hold.begin('r1');
  await w.mailboxes.deliver([change('5', 0, { name: 'a' })]);
  assert.equal(await w.hold.holds(['r1']), true);
  await w.runs.lease('r1', 'reader', true);
  await w.hold.releaseDone();
  assert.equal(await w.jobs.open(), 0, 'it is being read');
  await w.runs.stoppedReading('r1');
  await w.redis.rpush(w.keys.intake('index'), '{}');
  await w.hold.releaseDone();
  assert.equal(await w.jobs.open(), 0, 'a row waits to be looked up');
  await w.redis.del(w.keys.intake('index'));
  await w.redis.zadd(w.keys.producing, Date.now() - 1, 'r1');
  await w.hold.releaseDone();
  assert.equal(await w.jobs.open(), 1, 'the lease of a killed reader has run out');
});

test('before writes are let go somebody is asked, and only then', async (t) => {
  const w = await worldFor(t);
  const asked: [string, number][] = [];
  const hold = new WriteHold(w.redis, w.keys, w.intake, w.jobs, async (run) => {
    asked.push([run, await w.jobs.open()]);
    await w.runs.cancel(run);
  });
  await hold.begin('r1');
  await w.mailboxes.deliver([change('5', 0, { name: 'a' })]);
  assert.equal(await hold.holds(['r1']), true);
  await hold.release('r2');
  assert.deepEqual(asked, []);
  await hold.release('r1');
  await hold.release('r1');
  assert.deepEqual(asked, [['r1', 0]]);
  assert.equal(await w.jobs.open(), 1, 'its rows have to end, so they get their job all the same');
});

test('letting one run go leaves what only another one wants where it is', async (t) => {
  const w = await worldFor(t);
  await beginRun(w, 'r2');
  await w.hold.begin('r1');
  await w.hold.begin('r2');
  await w.mailboxes.deliver([
    change('5', 0, { name: 'a' }),
    change('6', 0, { name: 'b' }, { run: 'r2' }),
    change('7', 1, { name: 'c' }),
    change('7', 1, { blocked: true }, { run: 'r2', version: 2 }),
  ]);
  for (const runs of [['r1'], ['r2'], ['r1', 'r2']]) assert.equal(await w.hold.holds(runs), true);
  await w.hold.release('r1');
  assert.equal(await w.jobs.open(), 2, 'contacts 5 and 7');
  await w.hold.release('r2');
  assert.equal(await w.jobs.open(), 3);
});
