import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { imbalance } from '../../src/run/books.ts';
import { classOf, msOfClass } from '../../src/run/calls.ts';
import { NO_CALL } from '../../src/run/entry.ts';
import type { Outcome } from '../../src/run/outcome.ts';
import { newRunId } from '../../src/run/run-id.ts';
import { type RunState, statusOf, summaryOf } from '../../src/run/state.ts';
import { beginRun, OPTIONS, type Room, roomIn } from '../queue/room.ts';
import { startTestRedis, type TestRedis } from '../redis/server.ts';

let server: TestRedis;
before(async () => {
  server = await startTestRedis();
});
after(() => server.stop());

async function room(): Promise<Room> {
  const made = roomIn(server);
  await beginRun(made, 'r1');
  return made;
}

const stateOf = async (r: Room) => (await r.runs.get('r1'))!;
const FILES = [{ path: 'a.csv', file: '/tmp/a.csv', sha256: 'x', kind: 'csv' as const, rows: 3, done: true }];

async function settle(r: Room, rows: readonly number[], outcome: Outcome = 'invalid'): Promise<void> {
  await r.ledger.settle(
    rows.map((row) => ({
      run: 'r1',
      place: { row, file: 0, line: row + 2 },
      outcome,
      reason: outcome === 'invalid' ? ('no-match-key' as const) : '',
      circumstances: NO_CALL,
    })),
  );
}

test('a new run is empty and remembers what it was begun with', async () => {
  const r = await room();
  const state = await stateOf(r);
  assert.deepEqual(
    [state.command, state.rows, state.settled, state.readDone, state.cancelled],
    ['sync', 0, 0, false, false],
  );
  assert.deepEqual(state.options, OPTIONS);
  assert.ok(Math.abs(state.startedAt - Date.now()) < 5000);
  assert.equal(statusOf(state), 'interrupted', 'nobody reads it');
  assert.equal(await r.runs.get('r2'), undefined);
});

test('runs are listed newest first', async () => {
  const r = await room();
  await new Promise((resolve) => setTimeout(resolve, 3));
  await beginRun(r, 'r2');
  assert.deepEqual(
    (await r.runs.list(10)).map(({ run }) => run),
    ['r2', 'r1'],
  );
  assert.equal((await r.runs.list(1)).length, 1);
});

test('a row is settled exactly once, with the first outcome it got', async () => {
  const r = await room();
  await Promise.all([settle(r, [0, 1, 2]), settle(r, [2, 1, 0], 'failed'), settle(r, [1, 1])]);
  const state = await stateOf(r);
  assert.equal(state.settled, 3);
  assert.deepEqual([state.outcomes.invalid, state.outcomes.failed, state.reasons], [3, 0, { 'no-match-key': 3 }]);
  assert.equal((await r.runs.outcomes('r1', 100)).length, 3);
  assert.equal(await r.runs.countDone('r1'), 3);
  assert.equal(r.lines.length, 3);
  await settle(r, []);
});

for (const readFirst of [true, false]) {
  test(`a run is finished when it is read and settled, ${readFirst ? 'read' : 'settled'} first`, async () => {
    const r = await room();
    const read = () => r.runs.readDone('r1', FILES, 3);
    await settle(r, [0, 1]);
    if (readFirst) await read();
    assert.equal((await stateOf(r)).finishedAt, null);
    await settle(r, [2]);
    if (!readFirst) {
      assert.equal((await stateOf(r)).finishedAt, null);
      await read();
    }
    const state = await stateOf(r);
    assert.ok(state.finishedAt !== null && state.finishedAt >= state.startedAt);
    assert.equal(statusOf(state), 'finished');
    await read();
    assert.equal((await stateOf(r)).finishedAt, state.finishedAt, 'it stays as it is');
  });
}

test('an empty source is finished at once', async () => {
  const r = await room();
  await r.runs.readDone('r1', [], 0);
  assert.equal(statusOf(await stateOf(r)), 'finished');
});

test('one process has a run; another gets it when it is given back', async () => {
  const r = await room();
  assert.equal(await r.runs.lease('r1', 'one', true), true);
  assert.equal(await r.runs.lease('r1', 'one', true), true);
  assert.equal(await r.runs.lease('r1', 'two', true), false);
  assert.equal(statusOf(await stateOf(r)), 'running');
  await r.runs.stoppedReading('r1');
  assert.equal((await stateOf(r)).producing, false);
  assert.equal(await r.runs.lease('r1', 'two', true), false, 'it still writes the report');
  await r.runs.release('r1', 'one');
  assert.equal(await r.runs.lease('r1', 'two', false), true);
  assert.equal((await stateOf(r)).producing, false);
});

test('a lease that nobody renews ends within ten seconds', async () => {
  const r = await room();
  await r.runs.lease('r1', 'one', true);
  const left = await r.redis.pttl(`${r.keys.run('r1')}:lease`);
  assert.ok(left > 5000 && left <= 10_000, `${left}`);
  await r.redis.pexpire(`${r.keys.run('r1')}:lease`, 20);
  await new Promise((resolve) => setTimeout(resolve, 40));
  assert.equal(await r.runs.lease('r1', 'two', true), true);
  assert.equal(await r.runs.lease('r1', 'one', true), false);
  await r.runs.release('r1', 'one');
  assert.equal(await r.runs.lease('r1', 'three', true), false, 'who lost it cannot give it back');
});

test('a checkpoint notes how far the source was read and tells of a cancel', async () => {
  const r = await room();
  assert.equal(await r.runs.checkpoint('r1', 500), 'noted');
  assert.equal((await stateOf(r)).rows, 500);
  assert.equal(await r.runs.isCancelled('r1'), false);
  assert.equal(await r.runs.cancel('r1'), true);
  assert.equal(await r.runs.checkpoint('r1', 1000), 'cancelled');
  assert.equal(await r.runs.isCancelled('r1'), true);
  assert.equal(await r.runs.cancel('nobody'), false);
  assert.equal(await r.runs.get('nobody'), undefined, 'cancelling begins no run');
});

test('a cancelled run is cancelled when its last row has ended', async () => {
  const r = await room();
  await r.runs.cancel('r1');
  await r.runs.readDone('r1', FILES, 1);
  assert.equal(statusOf(await stateOf(r)), 'running');
  await settle(r, [0], 'cancelled');
  assert.equal(statusOf(await stateOf(r)), 'cancelled');
});

test('an archived run is forgotten after thirty days, with all that belongs to it', async () => {
  const r = await room();
  await settle(r, [0]);
  await r.redis.zadd(r.keys.runs, 1, 'ancient');
  await r.runs.archive('r1');
  for (const part of ['', ':done', ':log']) {
    const days = (await r.redis.pttl(r.keys.run('r1') + part)) / 86_400_000;
    assert.ok(days > 29.9 && days <= 30, `${part} ${days}`);
  }
  assert.deepEqual(
    (await r.runs.list(10)).map(({ run }) => run),
    ['r1'],
  );
  assert.equal(await r.redis.zscore(r.keys.runs, 'ancient'), null);
});

test('a run id says when it began and is free for file names and request ids', () => {
  const id = newRunId(new Date('2026-01-02T03:04:05.678Z'));
  assert.match(id, /^run_20260102T030405_[0-9a-f]{4}$/);
  const many = new Set(Array.from({ length: 20 }, () => newRunId(new Date(0))));
  assert.ok(many.size > 15);
});

test('calls are counted by kind, with their desk time, before the outcome of their row can be seen', async () => {
  const r = await room();
  for (const deskMs of [10, 20, 30, null])
    r.ledger.count('r1', { kind: 'update', deskMs, status: 200, rateLimited: false });
  r.ledger.count('r1', { kind: 'filter', deskMs: 5, status: 429, rateLimited: true });
  r.ledger.retried('r1');
  await settle(r, [0], 'updated');
  const state = await stateOf(r);
  assert.deepEqual([state.calls.update, state.calls.filter, state.deskUs.update], [4, 1, 60_000]);
  assert.deepEqual([state.retries, state.rateLimited], [1, 1]);
  assert.ok(Math.abs(state.medians.update! - 20) <= 1, `${state.medians.update}`);
  assert.equal(state.medians.create, undefined);
});

test('a class of desk time stands for its milliseconds within 2.5 %', () => {
  for (let ms = 0.02; ms < 30_000; ms *= 1.013) {
    const error = Math.abs(msOfClass(classOf(ms)) / ms - 1);
    assert.ok(error <= 0.0251, `${ms} ms: ${error}`);
  }
  assert.ok(Number.isFinite(classOf(0)));
});

test('the median of any desk times is right within 5 %', async () => {
  for (const times of [[7], [3, 3, 900], [12, 13, 14, 15, 16], Array.from({ length: 101 }, (_, i) => 5 + i * 1.7)]) {
    const r = await room();
    for (const deskMs of times) r.ledger.count('r1', { kind: 'read', deskMs, status: 200, rateLimited: false });
    await settle(r, [0]);
    const median = times[(times.length - 1) >> 1]!;
    assert.ok(Math.abs((await stateOf(r)).medians.read! / median - 1) <= 0.05, `${median}`);
  }
});

test('the summary adds up what the run knows', async () => {
  const r = await room();
  r.ledger.count('r1', { kind: 'update', deskMs: 40, status: 200, rateLimited: false });
  await settle(r, [0, 1], 'updated');
  await r.runs.readDone('r1', [{ ...FILES[0]!, rows: 2 }], 2);
  const state: RunState = { ...(await stateOf(r)), startedAt: 1_000_000, finishedAt: 1_000_100 };
  const summary = summaryOf(state, 'finished', '/reports/r1', 0);
  assert.deepEqual(
    [summary.run, summary.command, summary.status, summary.rows, summary.duration_ms, summary.report_dir],
    ['r1', 'sync', 'finished', 2, 100, '/reports/r1'],
  );
  assert.equal(summary.started_at, '1970-01-01T00:16:40.000Z');
  assert.equal(Object.keys(summary.outcomes).length, 12);
  assert.deepEqual([summary.outcomes.updated, summary.calls.update, summary.calls.total], [2, 1, 1]);
  assert.deepEqual([summary.desk.busy_ms, summary.desk.share, summary.desk.by_call.update!.n], [40, 0.4, 1]);
  assert.deepEqual(summary.files, [{ path: 'a.csv', rows: 2, sha256: 'x' }]);
  const open = summaryOf({ ...state, finishedAt: null }, 'running', '/r', 1_000_300);
  assert.deepEqual([open.finished_at, open.duration_ms], [null, 300]);
  assert.equal(summaryOf({ ...state, finishedAt: state.startedAt }, 'finished', '/r', 0).desk.share, 0);
});

test('books that do not add up are noticed, each way', async () => {
  const r = await room();
  await settle(r, [0, 1, 2]);
  await r.runs.readDone('r1', FILES, 3);
  const good = await stateOf(r);
  assert.equal(imbalance(good, 3), undefined);
  assert.match(imbalance({ ...good, outcomes: { ...good.outcomes, failed: 1 } }, 3)!, /add up to 4, but 3 rows/);
  assert.match(imbalance(good, 2)!, /3 rows were settled, but 2 are marked/);
  assert.match(imbalance({ ...good, rows: 4 }, 3)!, /4 rows were read, but 3/);
  assert.equal(imbalance({ ...good, rows: 4, finishedAt: null }, 3), undefined, 'a run under way is behind');
});
