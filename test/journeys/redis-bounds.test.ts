import assert from 'node:assert/strict';
import { existsSync, readFileSync, renameSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { outcomesIn, rig, until } from './rig.ts';

const ROWS = 300;
const CSV = ['email,name', ...Array.from({ length: ROWS }, (_, i) => `contact${i + 1}@example.com,New ${i + 1}`)].join(
  '\n',
);

test('a run waits while Redis is nearly full, says so, and goes on when there is room; one that is refused is continued', async (t) => {
  const { dir, file, start, sync, redis: server } = await rig(t, { sandbox: { contacts: ROWS } });
  const redis = server!.client();
  file('rows.csv', CSV);
  const limit = async (part: number) => {
    const used = Number(/used_memory:(\d+)/.exec(await redis.info('memory'))![1]);
    await redis.config('SET', 'maxmemory', part === 0 ? '0' : String(Math.round(used / part)));
  };
  await redis.setrange('ballast', 30 * 2 ** 20, 'x');
  // Full to the last byte: nothing can begin.
  await limit(1.1);
  const args = ['rows.csv', '--run-id', 'full', '--rate', '100000', '--concurrency', '20'];
  const refused = start(['sync', ...args]);
  const { code, stderr } = await refused.ended;
  assert.equal(code, 3, stderr);
  assert.match(stderr, /Redis is full.*maxmemory.*--run-id/);
  // Room for the look of things, and no more.
  await limit(0.88);
  const running = sync(args);
  const log = path.join(dir, 'reports', 'full', 'run.log');
  await until(
    'the run says that it waits',
    () => existsSync(log) && readFileSync(log, 'utf8').includes('"reading.held"'),
  );
  await limit(0);
  const { summary, outcomes } = await running;
  assert.deepEqual([summary.status, summary.rows, summary.outcomes.updated], ['finished', ROWS, ROWS]);
  assert.equal(new Set(outcomes.map(({ row }) => row)).size, ROWS);
});

test('what was enqueued is written down by a worker that sees its report directory, and stays in Redis where none does', async (t) => {
  const { dir, file, run, start, redis: server } = await rig(t, { sandbox: { contacts: 3 } });
  const redis = server!.client();
  file('rows.csv', 'email,name\ncontact1@example.com,One\ncontact2@example.com,Two\ngone@example.com,Gone\n');
  const enqueue = async (name: string) => assert.equal((await run(['enqueue', 'rows.csv', '--run-id', name])).code, 0);
  await enqueue('near');
  const worker = start(['work']);
  const summary = () => JSON.parse(readFileSync(path.join(dir, 'reports', 'near', 'summary.json'), 'utf8'));
  await until('the report is written', () => summary().status === 'finished');
  assert.deepEqual(
    outcomesIn(path.join(dir, 'reports', 'near')).map(({ outcome }) => outcome),
    ['updated', 'updated', 'not_found'],
  );
  assert.ok(existsSync(path.join(dir, 'reports', 'near', 'needs-attention.csv')));
  assert.ok(existsSync(path.join(dir, '.contact-sync', 'undo', 'near.ndjson')), 'where undo looks for it');
  const key = (await redis.keys('*:run:near'))[0]!;
  await until('the run is history', async () => (await redis.pttl(key)) > 0);
  assert.equal(await redis.llen(`${key}:log`), 0);

  // As if it had been enqueued on a machine whose disk nobody sees here.
  await run(['pause']);
  // What is remembered ends at once, so a worker that looks just now would still find the directory.
  worker.child.kill('SIGSTOP');
  await enqueue('far');
  renameSync(path.join(dir, 'reports'), path.join(dir, 'elsewhere'));
  worker.child.kill('SIGCONT');
  await run(['resume']);
  await until('the rows have ended', async () => (await redis.hget(key.replace(/near$/, 'far'), 'settled')) === '3');
  worker.child.kill('SIGTERM');
  await worker.ended;
  assert.ok(!existsSync(path.join(dir, 'reports', 'far')));
  const [text, json] = await Promise.all([run(['status']), run(['status', '--json'])]);
  const { stores } = JSON.parse(json.stdout);
  assert.equal(stores.outcomes.rows, 3);
  assert.ok(stores.outcomes.bytes > 0 && stores.remembered.bytes > 0 && stores.redis.used_bytes > 0, json.stdout);
  assert.deepEqual([stores.remembered.contacts, stores.versions.contacts, stores.runs.kept], [2, 2, 2]);
  assert.deepEqual([stores.undo.files, stores.quarantine.events, stores.remembered.learning], [1, 0, true]);
  assert.match(text.stdout, /\nStores\n {2}Redis .*\n {2}remembered contacts +2 .*of 512 MB\n/);
  renameSync(path.join(dir, 'elsewhere'), path.join(dir, 'reports'));
  const { stdout } = await run(['report', 'far', '--json']);
  assert.equal(JSON.parse(stdout).rows, 3);
  assert.equal(outcomesIn(path.join(dir, 'reports', 'far')).length, 3);
});

test('a large run that is enqueued is written down while it is read, so that its outcomes do not fill Redis', async (t) => {
  const { dir, file, run, redis: server } = await rig(t);
  const redis = server!.client();
  // Each row is wrong by itself, so it ends as soon as it is read.
  const rows = 11_000;
  file('rows.csv', ['email,name', ...Array.from({ length: rows }, (_, i) => `no-address-${i},N`)].join('\n'));
  const { code, stderr } = await run(['enqueue', 'rows.csv', '--run-id', 'large', '--quiet']);
  assert.equal(code, 0, stderr);
  const key = (await redis.keys('*:run:large'))[0]!;
  assert.equal(await redis.llen(`${key}:log`), 0);
  assert.equal(outcomesIn(path.join(dir, 'reports', 'large')).length, rows);
});
