import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Compared } from '../../jobs/sorting.ts';
import { toLive } from '../../src/contact/live.ts';
import { fold } from '../../src/match/fold.ts';
import { Rails } from '../../src/rails/rails.ts';
import type { RunFile, RunOptions } from '../../src/run/state.ts';
import { waiting } from '../jobs/world.ts';
import { change, OPTIONS, outcomesOf, type Room, roomIn, write } from '../queue/room.ts';
import { startTestRedis, type TestRedis } from '../redis/server.ts';

let server: TestRedis;
before(async () => {
  server = await startTestRedis();
});
after(() => server.stop());

const FILE: RunFile = { path: 'crm.csv', file: '/data/crm.csv', sha256: 'x', rows: 0, kind: 'csv', lines: 101 };

interface World extends Room {
  rails: Rails;
  begin(run: string, more?: Partial<RunOptions>, files?: RunFile[]): Promise<void>;
}

function worldFor(planning = false): World {
  const room = roomIn(server);
  return {
    ...room,
    rails: new Rails({ ...room, planning }),
    async begin(run, more = {}, files = [FILE]) {
      await room.runs.create(run, 'sync', { ...OPTIONS, maxChanged: 80, maxFailed: 20, ...more }, files);
    },
  };
}

/** Contacts of which each holds a name of its own, and the rows that want another one, or the same. */
function batch(from: number, to: number, wanted: (i: number) => string, run = 'r1'): Compared[] {
  return Array.from({ length: to - from }, (_, n) => {
    const i = from + n;
    const live = toLive({ id: i, name: `Name ${i}` })!;
    const row = waiting(i, { run, patch: { name: JSON.stringify(wanted(i)) } });
    const [folded] = fold(new Map([[String(i), [{ row, live, matchedBy: 'email' }]]]));
    return { change: folded!, live, at: 0 };
  });
}

const held = async () => true;
const free = async () => false;
const stopped = async (w: World, run = 'r1') => (await w.runs.get(run))!.stop?.name ?? null;

test('while writes are held it is only counted, whoever counts; the run is judged when they are let go', async () => {
  const w = worldFor();
  await w.begin('r1');
  const other = new Rails({ ...w, planning: false });
  await w.rails.compared(
    batch(0, 15, (i) => `Other ${i}`),
    held,
  );
  await other.compared(
    batch(15, 30, (i) => `Other ${i}`),
    held,
  );
  assert.equal(await stopped(w), null);
  await other.beforeWrites('r1');
  const state = (await w.runs.get('r1'))!;
  assert.deepEqual([state.cancelled, state.stop?.name], [true, 'changed']);
  assert.match(state.stop!.sentence, /30 of 30 contacts \(100 %\)/);
  assert.deepEqual(
    w.lines.map(({ event, run, rail, trips }) => [event, run, rail, trips]),
    [['run.stopped', 'r1', 'changed', [{ name: 'changed', changed: 30, compared: 30, limit: 80 }]]],
  );
  await w.rails.beforeWrites('r1');
  assert.equal(w.lines.length, 1, 'it is stopped and told once');
});

test('afterwards it is judged with every batch', async () => {
  const w = worldFor();
  await w.begin('r1');
  await w.rails.compared(
    batch(0, 15, (i) => `Name ${i}`),
    free,
  );
  for (let from = 15; from < 75; from += 15)
    await w.rails.compared(
      batch(from, from + 15, (i) => `Other ${i}`),
      free,
    );
  assert.equal(await stopped(w), null, '60 of 75 are 80 percent');
  await w.rails.compared(
    batch(75, 76, (i) => `Other ${i}`),
    free,
  );
  assert.equal(await stopped(w), 'changed');
});

test('a batch that is looked up again after a crash counts once', async () => {
  const w = worldFor();
  await w.begin('r1');
  for (let i = 0; i < 4; i++)
    await w.rails.compared(
      batch(0, 15, (n) => `Other ${n}`),
      free,
    );
  assert.equal(await stopped(w), null, '15 contacts say nothing');
});

test('rows that are known to change nothing count as contacts, and with what they want', async () => {
  const w = worldFor();
  await w.begin('r1');
  await w.rails.unchanged(
    'r1',
    Array.from({ length: 10 }, (_, i) => ({ name: `"Known ${i}"` })),
  );
  await w.rails.compared(
    batch(10, 40, () => 'Constant'),
    free,
  );
  assert.equal(await stopped(w), null, '30 of 40 change, and the column is not constant');
  await w.begin('r2');
  await w.rails.compared(
    batch(0, 30, () => 'Constant', 'r2'),
    free,
  );
  assert.equal(await stopped(w, 'r2'), 'column');
});

test('a plan stops nothing and tells everything', async () => {
  const w = worldFor(true);
  await w.begin('r1');
  await w.rails.compared(
    batch(0, 30, () => 'Constant'),
    free,
  );
  await w.rails.beforeWrites('r1');
  assert.equal(await stopped(w), null);
  const judged = await w.rails.judged('r1');
  assert.deepEqual(
    judged.map(({ rail }) => rail),
    ['column', 'changed'],
  );
  assert.match(judged[0]!.sentence, /^Guard rail column: name is the same in every row/);
  assert.deepEqual(await w.rails.judged('unknown'), []);
});

test('a source is held against what the last run of it brought, and never against itself', async () => {
  const w = worldFor();
  await w.begin('r1');
  await w.rails.beforeReading((await w.runs.get('r1'))!);
  assert.equal(await stopped(w), null, 'nothing is known of it');
  await w.runs.readDone('r1', [{ ...FILE, rows: 100, done: true }], 100);
  await w.rails.remember((await w.runs.get('r1'))!);
  const cut = [{ ...FILE, lines: 50 }];
  for (const [run, options, files, stop] of [
    ['same', {}, [FILE], null],
    ['cut', {}, cut, 'shrunk'],
    ['meant', { allow: ['shrunk'] }, cut, null],
    ['elsewhere', {}, [{ ...cut[0]!, file: '/other/crm.csv' }], null],
    ['changes', {}, [{ path: 'crm.csv', file: '/data/crm.csv', sha256: 'x', rows: 0, kind: 'changes' }], null],
  ] as [string, Partial<RunOptions>, RunFile[], string | null][]) {
    await w.begin(run, options, files);
    await w.rails.beforeReading((await w.runs.get(run))!);
    assert.equal(await stopped(w, run), stop, run);
  }
  await w.begin('rows');
  await w.runs.fileDone('rows', [{ ...FILE, rows: 49, done: true }], 49);
  await w.rails.beforeWrites('rows');
  assert.match((await w.runs.get('rows'))!.stop!.sentence, /crm\.csv has 49 rows and had 100 with r1/);
});

test('what the operator cancelled, and what is over, is not stopped', async () => {
  const w = worldFor();
  for (const run of ['r1', 'r2']) await w.begin(run);
  await w.runs.cancel('r1');
  await w.runs.readDone('r2', [{ ...FILE, done: true }], 0);
  for (const run of ['r1', 'r2', 'gone'])
    await w.rails.compared(
      batch(0, 30, (i) => `Other ${i}`, run),
      free,
    );
  assert.deepEqual([await stopped(w), await stopped(w, 'r2'), await w.runs.get('gone')], [null, null, undefined]);
  assert.deepEqual(w.lines, []);
});

/** Rows of one contact each, every one written at once with the outcome given. */
async function writes(w: World, from: number, to: number, outcome: 'updated' | 'rejected' | 'failed'): Promise<void> {
  for (let i = from; i < to; i++) {
    await w.mailboxes.deliver([change(String(i + 1), i, { name: `N ${i}` })]);
    await write(w, String(i + 1), outcome, outcome === 'updated' ? '' : 'server-error');
  }
}

test('failed: judged in the script that ends a write, against the first 50 as a whole, then against all', async () => {
  const w = worldFor();
  await w.begin('r1');
  await writes(w, 0, 5, 'rejected');
  await writes(w, 5, 10, 'failed');
  assert.equal(await stopped(w), null, '10 of 50 are 20 percent');
  await writes(w, 10, 60, 'updated');
  await writes(w, 60, 62, 'rejected');
  assert.equal(await stopped(w), null, '12 of 62 are 19.4 percent');
  await writes(w, 62, 63, 'rejected');
  assert.equal(await stopped(w), 'failed');
  assert.match((await w.runs.get('r1'))!.stop!.sentence, /13 of 63 writes were refused/);
  const told = w.lines.filter(({ event }) => event === 'run.stopped');
  assert.deepEqual(
    told.map(({ run, rail }) => [run, rail]),
    [['r1', 'failed']],
  );
  await writes(w, 63, 64, 'updated');
  assert.equal((await outcomesOf(w))[63], 'cancelled');
  assert.equal((await w.runs.get('r1'))!.reasons['guard-rail'], 1);
});

test('one write counts once, whatever number of rows went with it, and a row that ends without a write does not', async () => {
  const w = worldFor();
  await w.begin('r1', { maxFailed: 2 });
  const rows = [0, 1, 2, 3].map((row) => change('5', row, { name: `N ${row}` }));
  for (const delivery of rows) await w.mailboxes.deliver([delivery]);
  await write(w, '5', 'rejected', 'field-refused');
  assert.deepEqual(await outcomesOf(w), { 0: 'rejected', 1: 'rejected', 2: 'rejected', 3: 'rejected' });
  assert.equal(await stopped(w), null, '1 of 50 is 2 percent');
  await w.mailboxes.deliver([change('6', 4, { name: 'N' })]);
  await write(w, '6', 'unchanged');
  assert.equal(await w.redis.hget(w.keys.run('r1'), 'w:n'), '1');
  await writes(w, 6, 7, 'rejected');
  assert.equal(await stopped(w), 'failed');
});

test('failed is off with 100 percent, with --allow failed, and for the last row of a run', async () => {
  for (const more of [{ maxFailed: 100 }, { maxFailed: 0, allow: ['failed'] }]) {
    const w = worldFor();
    await w.begin('r1', more);
    await writes(w, 0, 30, 'rejected');
    assert.equal(await stopped(w), null);
  }
  const w = worldFor();
  await w.begin('r1', { maxFailed: 0 });
  await w.runs.readDone('r1', [{ ...FILE, rows: 1, done: true }], 1);
  await writes(w, 0, 1, 'rejected');
  const state = (await w.runs.get('r1'))!;
  assert.deepEqual([state.stop, state.cancelled, state.finishedAt === null], [null, false, false]);
});

test('what was counted goes when the run becomes history; why it was stopped stays', async () => {
  const w = worldFor();
  await w.begin('r1');
  await w.rails.compared(
    batch(0, 30, (i) => `Other ${i}`),
    free,
  );
  const key = w.keys.run('r1');
  assert.equal(await w.redis.exists(`${key}:rails`, `${key}:compared`), 2);
  await w.runs.archive('r1');
  assert.equal(await w.redis.exists(`${key}:rails`, `${key}:compared`), 0);
  assert.equal(await stopped(w), 'changed');
});
