import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { Drain, DrainError } from '../../src/run/drain.ts';
import { NO_CALL } from '../../src/run/entry.ts';
import { OUTCOMES_FILE } from '../../src/run/outcomes-file.ts';
import { beginRun, type Room, roomIn } from '../queue/room.ts';
import { startTestRedis, type TestRedis } from '../redis/server.ts';

let server: TestRedis;
before(async () => {
  server = await startTestRedis();
});
after(() => server.stop());

interface Desk extends Room {
  dir: string;
  file: string;
  end(rows: readonly number[]): Promise<void>;
  open(): Promise<Drain>;
  rows(): number[];
}

async function deskFor(t: TestContext): Promise<Desk> {
  const room = roomIn(server);
  await beginRun(room, 'r1');
  const dir = mkdtempSync(join(tmpdir(), 'cs-drain-'));
  t.after(() => rmSync(dir, { recursive: true }));
  const file = join(dir, 'report', OUTCOMES_FILE);
  return {
    ...room,
    dir: join(dir, 'report'),
    file,
    end: (rows) =>
      room.ledger.settle(
        rows.map((row) => ({
          run: 'r1',
          place: { row, file: 0, line: row + 2 },
          outcome: 'unchanged' as const,
          reason: '' as const,
          circumstances: NO_CALL,
        })),
      ),
    open: async () =>
      Drain.open(room.runs, (await room.runs.get('r1'))!, {
        dir: join(dir, 'report'),
        changes: join(dir, 'undo', 'r1.ndjson'),
      }),
    rows: () =>
      readFileSync(file, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => (JSON.parse(line) as { row: number }).row),
  };
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

test('outcomes move from Redis into the file, a line each, and leave Redis', async (t) => {
  const d = await deskFor(t);
  await d.end(range(0, 12_500));
  const drain = await d.open();
  assert.equal(await drain.step(), 12_500);
  assert.equal(await drain.step(), 0);
  await d.end([12_500]);
  assert.equal(await drain.step(), 1);
  await drain.close();
  assert.deepEqual(d.rows(), range(0, 12_501));
  assert.deepEqual(await d.runs.outcomes('r1', 10), []);
  const state = (await d.runs.get('r1'))!;
  assert.deepEqual([state.drained, state.reportDir], [statSync(d.file).size, d.dir]);
  assert.equal(statSync(d.file).mode & 0o777, 0o600);
  assert.equal(statSync(d.dir).mode & 0o777, 0o700);
});

test('steps that overlap write each outcome once', async (t) => {
  const d = await deskFor(t);
  await d.end(range(0, 50));
  const drain = await d.open();
  const moved = await Promise.all([drain.step(), drain.step(), drain.step()]);
  await drain.close();
  assert.deepEqual(moved, [50, 0, 0]);
  assert.deepEqual(d.rows(), range(0, 50));
});

test('lines written before a crash but not noted are cut off and written again', async (t) => {
  const d = await deskFor(t);
  await d.end([0, 1]);
  const first = await d.open();
  await first.step();
  await first.close();
  await d.end([2, 3]);
  appendFileSync(d.file, '{"row":2}\n{"row":3}\n{"row"');
  const second = await d.open();
  assert.equal(statSync(d.file).size, (await d.runs.get('r1'))!.drained);
  await second.step();
  await second.close();
  assert.deepEqual(d.rows(), [0, 1, 2, 3]);
});

test('lines of a crash before the first note are cut off as well', async (t) => {
  const d = await deskFor(t);
  await d.end([0]);
  await (await d.open()).close();
  appendFileSync(d.file, '{"row":0}\n');
  const drain = await d.open();
  await drain.step();
  await drain.close();
  assert.deepEqual(d.rows(), [0]);
});

for (const [what, spoil] of [
  ['shorter than it was', (file: string) => truncateSync(file, 3)],
  ['gone', (file: string) => rmSync(file)],
] as const) {
  test(`a file that is ${what} is refused, with what to do`, async (t) => {
    const d = await deskFor(t);
    await d.end([0]);
    const first = await d.open();
    await first.step();
    await first.close();
    spoil(d.file);
    await assert.rejects(d.open(), (error: Error) => {
      assert.ok(error instanceof DrainError, String(error));
      assert.match(error.message, /outcomes\.ndjson.*contact-sync status r1/);
      return true;
    });
  });
}

test('of two processes that write one report the second is refused, and nothing is lost or doubled', async (t) => {
  const d = await deskFor(t);
  await d.end([0]);
  const [one, other] = [await d.open(), await d.open()];
  await one.step();
  await d.end([1, 2]);
  await assert.rejects(other.step(), /Another process writes the report of r1/);
  await one.step();
  await one.close();
  await other.close();
  assert.deepEqual(d.rows(), [0, 1, 2]);
});
