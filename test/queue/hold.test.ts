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
  assert.equal(await w.hold.holds(['r1']), true);
  await w.mailboxes.deliver([change('5', 0, { name: 'a' }), change('6', 1, { name: 'b' })]);
  assert.equal(await w.jobs.open(), 0);
  await w.hold.release('r1');
  assert.equal(await w.jobs.open(), 2);
  assert.equal(await w.hold.holds(['r1']), false);
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
