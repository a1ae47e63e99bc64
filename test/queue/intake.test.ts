import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { WaitingRow } from '../../src/queue/intake.ts';
import { startTestRedis, type TestRedis } from '../redis/server.ts';
import { beginRun, type Room, roomIn, v } from './room.ts';

let server: TestRedis;
before(async () => {
  server = await startTestRedis();
});
after(() => server.stop());

function rowsOf(from: number, many: number): WaitingRow[] {
  return Array.from({ length: many }, (_, i) => ({
    row: from + i,
    file: 0,
    line: from + i + 2,
    keys: { email: `c${from + i}@example.com` },
    match: ['email'],
    patch: { name: '"A"', 'custom_attributes.n': '9007199254740993' },
    run: 'r1',
    version: v(from + i),
    since: 1,
  }));
}

async function rowsIn(r: Room, batches: readonly string[]): Promise<number[][]> {
  const loaded = await Promise.all(batches.map((id) => r.intake.load(id)));
  return loaded.map((batch) => batch!.rows.map(({ row }) => row));
}

test('rows are cut into full batches across calls, in their order, and the rest waits', async () => {
  const r = roomIn(server);
  assert.deepEqual(await r.intake.take('index', rowsOf(0, 14)), []);
  const one = await r.intake.take('index', rowsOf(14, 3));
  const more = await r.intake.take('index', rowsOf(17, 40));
  const rows = await rowsIn(r, [...one, ...more]);
  assert.deepEqual(
    rows.map((batch) => batch.length),
    [15, 15, 15],
  );
  assert.deepEqual(
    rows.flat(),
    Array.from({ length: 45 }, (_, i) => i),
  );
  assert.equal(await r.intake.waiting(), 12 + 3 * 15);
});

test('a batch comes back as it was taken in, until it is done', async () => {
  const r = roomIn(server);
  const rows = rowsOf(0, 15);
  const [id] = await r.intake.take('identifier', rows);
  const first = await r.intake.load(id!);
  assert.equal(first!.kind, 'identifier');
  assert.deepEqual(
    first!.rows.map(({ patch, keys, run, version, since }) => ({ patch, keys, run, version, since })),
    rows.map(({ patch, keys, run, version, since }) => ({ patch, keys, run, version, since })),
  );
  assert.deepEqual(await r.intake.load(id!), first, 'loading takes nothing out');
  await r.intake.done(id!);
  await r.intake.done(id!);
  assert.equal(await r.intake.load(id!), undefined);
  assert.equal(await r.intake.waiting(), 0);
});

test('nothing taken in is nothing', async () => {
  const r = roomIn(server);
  assert.deepEqual(await r.intake.take('index', []), []);
  assert.deepEqual(await r.intake.flush(), []);
});

test('left-overs wait while any source is read, and go when none is', async () => {
  const r = roomIn(server);
  await beginRun(r, 'r1');
  await beginRun(r, 'r2');
  await r.runs.lease('r1', 'me', true);
  await r.runs.lease('r2', 'you', true);
  await r.intake.take('index', rowsOf(0, 3));
  assert.deepEqual(await r.intake.flush(), []);
  await r.runs.stoppedReading('r1');
  assert.deepEqual(await r.intake.flush(), []);
  await r.runs.release('r2', 'you');
  assert.deepEqual(await rowsIn(r, await r.intake.flush()), [[0, 1, 2]]);
  assert.deepEqual(await r.intake.flush(), []);
});

test('a source whose reader was killed holds nothing back for ever', async () => {
  const r = roomIn(server);
  await r.intake.take('index', rowsOf(0, 1));
  await r.redis.zadd(r.keys.producing, Date.now() + 10_000, 'r1');
  assert.deepEqual(await r.intake.flush(), []);
  await r.redis.zadd(r.keys.producing, Date.now() - 2000, 'r1');
  assert.equal((await r.intake.flush()).length, 1);
});

test('rows by identifier go last: what the first look-up leaves over joins them', async () => {
  const r = roomIn(server);
  await r.intake.take('index', rowsOf(0, 2));
  await r.intake.take('identifier', rowsOf(10, 2));
  const [first, ...none] = await r.intake.flush();
  assert.deepEqual([(await r.intake.load(first!))!.kind, none.length], ['index', 0]);
  assert.deepEqual(await r.intake.flush(), [], 'a batch of the first look-up is under way');
  await r.intake.take('identifier', rowsOf(0, 1));
  await r.intake.done(first!);
  const [second] = await r.intake.flush();
  assert.deepEqual(await rowsIn(r, [second!]), [[10, 11, 0]]);
  assert.equal((await r.intake.load(second!))!.kind, 'identifier');
});
