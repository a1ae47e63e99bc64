import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { planFiles } from '../../src/producer/plan.ts';
import { type ProduceTools, produce } from '../../src/producer/produce.ts';
import type { PlannedSource } from '../../src/producer/source.ts';
import { WriteHold } from '../../src/queue/hold.ts';
import { Jobs } from '../../src/queue/jobs.ts';
import type { RunOptions } from '../../src/run/state.ts';
import { OPTIONS, outcomesOf, type Room, roomIn } from '../queue/room.ts';
import { startTestRedis, type TestRedis } from '../redis/server.ts';

let server: TestRedis;
before(async () => {
  server = await startTestRedis();
});
after(() => server.stop());

/** Rows by id are written without being read. */
const BLIND: RunOptions = { ...OPTIONS, undo: false };

interface World extends Room {
  jobs: Jobs;
  plan(contents: string[], options?: Partial<RunOptions>): Promise<PlannedSource[]>;
  /** Begins the run if there is none, and reads on. */
  read(files: PlannedSource[], more?: Partial<ProduceTools>, options?: Partial<RunOptions>): Promise<void>;
}

async function worldFor(t: TestContext): Promise<World> {
  const room = roomIn(server);
  const jobs = new Jobs(room.redis, room.keys);
  const dir = mkdtempSync(join(tmpdir(), 'cs-produce-'));
  t.after(async () => {
    await jobs.close();
    rmSync(dir, { recursive: true });
  });
  return {
    ...room,
    jobs,
    plan: (contents, options = {}) =>
      planFiles(
        contents.map((text, i) => {
          const file = join(dir, `${i}.csv`);
          writeFileSync(file, text);
          return { path: `${i}.csv`, file, sha256: `s${i}`, size: statSync(file).size };
        }),
        { ...BLIND, ...options },
      ),
    async read(files, more = {}, options = {}) {
      const known = files.map(({ path, file, sha256, kind }) => ({ path, file, sha256, kind, rows: 0 }));
      const begun = await room.runs.get('r1');
      const state = begun ?? (await room.runs.create('r1', 'sync', { ...BLIND, ...options }, known));
      await produce(state, files, {
        ...room,
        jobs,
        hold: new WriteHold(room.redis, room.keys, room.intake, jobs),
        backlog: async () => 0,
        full: async () => undefined,
        onHeldBack: () => undefined,
        highWater: 1000,
        definitions: undefined,
        onUnchanged: async () => undefined,
        signal: new AbortController().signal,
        now: Date.now,
        ...more,
      });
    },
  };
}

test('every row goes its way: to a mailbox, to one of the look-ups, or straight to its outcome', async (t) => {
  const w = await worldFor(t);
  const [file] = await w.plan([
    'id,email,identifier,name\n7,,,A\n8,b@x.test,,B\n,c@x.test,,C\n,,crm-1,D\n,,,E\nx,,,F\n9,"bad\n',
  ]);
  await w.read([file!]);
  assert.deepEqual((await w.mailboxes.peek('7'))!.patch, { __proto__: null, name: '"A"' });
  assert.deepEqual(await outcomesOf(w), { 4: 'invalid', 5: 'invalid', 6: 'invalid' });
  const index = await w.redis.lrange(w.keys.intake('index'), 0, -1);
  assert.deepEqual(
    index.map((text) => JSON.parse(text).line),
    [3, 4],
  );
  const identifier = await w.redis.lrange(w.keys.intake('identifier'), 0, -1);
  assert.deepEqual(
    identifier.map((text) => JSON.parse(text).line),
    [5],
  );
  const state = (await w.runs.get('r1'))!;
  assert.deepEqual([state.rows, state.readDone, state.files[0]!.rows, state.files[0]!.done], [7, true, 7, true]);
  assert.equal(await w.jobs.open(), 1);
});

test('rows beyond the limit are skipped, over all files', async (t) => {
  const w = await worldFor(t);
  const files = await w.plan(['id,name\n1,A\n2,B\n', 'id,name\n3,C\n4,D\n']);
  await w.read(files, {}, { limit: 3 });
  assert.deepEqual(await outcomesOf(w), { 3: 'skipped' });
  assert.deepEqual(await w.redis.zrange(w.keys.dirty, '0', '-1'), ['1', '2', '3']);
});

test('later rows have newer versions, in later files as well: the last one wins', async (t) => {
  const w = await worldFor(t);
  await w.read(await w.plan(['id,name\n1,A\n1,B\n', 'id,name\n1,C\n']));
  const seen = (await w.mailboxes.peek('1'))!;
  assert.deepEqual(
    [seen.patch.name, seen.rows.map(({ row, file, line }) => [row, file, line])],
    [
      '"C"',
      [
        [2, 1, 2],
        [1, 0, 3],
        [0, 0, 2],
      ],
    ],
  );
});

const rows = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `${from + i + 1},N\n`).join('');

test('a reader that is killed after any checkpoint is continued behind it; no row is lost or read for nothing', async (t) => {
  const w = await worldFor(t);
  const files = await w.plan([`id,name\n${rows(0, 1200)}`, `id,name\n${rows(1200, 1900)}`]);
  const progress: number[] = [];
  for (let kill = 0; kill < 4; kill += 1) {
    let chunks = 0;
    const onProgress = (row: number, fraction: number | null) => {
      if (fraction !== null) return;
      progress.push(row);
      chunks += 1;
      if (chunks === 1) throw new Error('killed');
    };
    await assert.rejects(w.read(files, { onProgress }), /killed/);
  }
  await w.read(files, { onProgress: (row) => void progress.push(row) });
  const ascending = progress.every((row, i) => i === 0 || row > progress[i - 1]! || row === 1200 || row === 1900);
  assert.ok(ascending, `each part goes on behind the last: ${progress}`);
  assert.equal(await w.redis.zcard(w.keys.dirty), 1900);
  const state = (await w.runs.get('r1'))!;
  assert.deepEqual([state.rows, state.files.map((file) => file.rows)], [1900, [1200, 700]]);
});

test('a chunk that is read twice puts no row twice into a mailbox', async (t) => {
  const w = await worldFor(t);
  const files = await w.plan(['id,name\n1,A\n2,B\nx,C\n']);
  await w.read(files);
  await w.redis.hset(w.keys.run('r1'), 'rows', 0, 'files', '[]');
  await w.read(files);
  assert.equal((await w.mailboxes.peek('1'))!.rows.length, 1);
  assert.equal((await w.runs.get('r1'))!.settled, 1);
  assert.equal(await w.jobs.open(), 2);
});

test('reading pauses while much is pending and goes on when half of it is gone', async (t) => {
  const w = await worldFor(t);
  const files = await w.plan([`id,name\n${rows(0, 1500)}`]);
  const backlogs = [1500, 900, 501, 500, 0, 0];
  const seen: number[] = [];
  await w.read(files, {
    backlog: async () => backlogs.shift() ?? 0,
    onProgress: () => void seen.push(backlogs.length),
  });
  assert.deepEqual(seen.slice(0, 2), [5, 1], 'four looks passed between the first and the second chunk');
});

test('writes are held until the file is read, or more wait than may', async (t) => {
  const w = await worldFor(t);
  const files = await w.plan([`email,name\n${Array.from({ length: 300 }, (_, i) => `c${i}@x.test,N\n`).join('')}`]);
  const held: number[] = [];
  const backlogs = [1000, 1001, 0];
  const backlog = async () => {
    held.push(await w.redis.scard(w.keys.held));
    return backlogs.shift() ?? 0;
  };
  await w.read(files, { backlog });
  assert.deepEqual(held, [1, 1, 0, 0, 0], 'as many as may wait, wait; with one more they are let go');
});

test('a run that is cancelled while it is read ends the rest without sending it', async (t) => {
  const w = await worldFor(t);
  const files = await w.plan([`id,name\n${rows(0, 1100)}`]);
  let cancelling: Promise<unknown> | undefined;
  const backlog = async () => {
    cancelling ??= w.runs.cancel('r1');
    await cancelling;
    return 0;
  };
  await w.read(files, { backlog });
  const state = (await w.runs.get('r1'))!;
  const sent = await w.redis.zcard(w.keys.dirty);
  assert.ok(sent > 0 && sent < 1100, `${sent}`);
  assert.deepEqual([state.rows, state.outcomes.cancelled], [1100, 1100 - sent]);
});

test('stopping ends the reading with what was read noted', async (t) => {
  const w = await worldFor(t);
  const stop = new AbortController();
  const files = await w.plan([`id,name\n${rows(0, 1100)}`]);
  await assert.rejects(w.read(files, { signal: stop.signal, onProgress: () => stop.abort(new Error('stop')) }), /stop/);
  const state = (await w.runs.get('r1'))!;
  assert.ok(state.rows > 0 && state.rows < 1100, `${state.rows}`);
  assert.equal(state.readDone, false);
  assert.equal(await w.redis.zcard(w.keys.dirty), state.rows);
});

test('mapping errors of all files are said at once, with the file they are in', async (t) => {
  const w = await worldFor(t);
  await assert.rejects(w.plan(['id,name\n1,A\n', 'foo\n1\n', 'bar\n1\n']), (error: Error) => {
    assert.equal(error.name, 'MappingError');
    assert.match(error.message, /1\.csv: /);
    assert.match(error.message, /2\.csv: /);
    return true;
  });
});

test('definitions matter only when a custom attribute is set', async (t) => {
  const w = await worldFor(t);
  const matter = async (...files: string[]) => (await w.plan(files)).some((file) => file.setsCustomAttributes);
  assert.equal(await matter('id,name,additional_attributes.city\n'), false);
  assert.equal(await matter('id,name\n', 'id,custom_attributes.plan\n'), true);
});

test('nothing is read while Redis is nearly full; why is told, and that it goes on', async (t) => {
  const w = await worldFor(t);
  const files = await w.plan([`id,name\n${Array.from({ length: 300 }, (_, i) => `${i + 1},N`).join('\n')}`]);
  const told: (string | null)[] = [];
  let asked = 0;
  await w.read(files, {
    full: async () => {
      asked += 1;
      if (asked === 1) return 'no room';
      assert.equal((await w.runs.get('r1'))!.rows === 0, asked <= 3, `rows when it was asked for the ${asked}th time`);
      return asked === 2 ? 'no room' : undefined;
    },
    onHeldBack: (why) => told.push(why),
  });
  assert.deepEqual(told, ['no room', 'no room', null]);
  assert.equal((await w.runs.get('r1'))!.rows, 300);
});
