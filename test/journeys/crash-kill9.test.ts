import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { keysOf } from '../../src/redis/keys.ts';
import type { Summary } from '../../src/run/summary.ts';
import { assertBooks, assertDesk } from '../chaos/books.ts';
import { exportOf, seeded } from '../chaos/crm.ts';
import { outcomesIn, type Rig, type Running, rig, until } from './rig.ts';

const KILLS = 20;
const CONTACTS = 300;
const ROWS = 2000;
const SANDBOX = { contacts: CONTACTS, latencyMs: 20 };

/** Slow enough that the kills fall into the work, all of it. */
const WHILE_KILLING = ['--rate', '5000'];
const AFTERWARDS = ['--rate', '100000'];

const SEED = Number(process.env.CHAOS_SEED ?? Date.now() % 100_000);

/** What the program says of a run that ended, with the lines of its report. */
async function reported({ run }: Rig, id: string) {
  const { stdout, stderr } = await run(['report', id, '--json']);
  assert.notEqual(stdout, '', stderr);
  const summary = JSON.parse(stdout) as Summary;
  return { summary, outcomes: outcomesIn(summary.report_dir) };
}

/** No row may be logged twice, whoever logged it. */
function assertLoggedOnce(logs: string[]): void {
  const seen = new Set<number>();
  for (const line of logs.join('\n').split('\n')) {
    if (!line.includes('"contact.outcome"') || !line.endsWith('}')) continue;
    const { line: at } = JSON.parse(line) as { line: number };
    assert.ok(!seen.has(at), `line ${at} of the source was logged twice`);
    seen.add(at);
  }
  assert.ok(seen.size > 0);
}

describe(`kill -9 (seed ${SEED})`, { concurrency: 2, timeout: 150_000 }, () => {
  test('kill -9 of producer and workers 20 times loses nothing and counts nothing twice', async (t) => {
    const random = seeded(SEED);
    const world = await rig(t, { sandbox: SANDBOX, redis: 'appendonly' });
    const source = exportOf(ROWS, CONTACTS, random);
    world.file('contacts.csv', source.csv);
    world.file('contact-sync.yaml', 'high_water: 400\nconcurrency: 4\n');
    const logs: Running[] = [];
    const begin = {
      enqueue: () => world.start(['enqueue', 'contacts.csv', '--run-id', 'crash']),
      work: () => {
        const worker = world.start(['work', ...WHILE_KILLING]);
        logs.push(worker);
        return worker;
      },
    };
    const parts = [
      { what: 'enqueue' as const, running: begin.enqueue() },
      { what: 'work' as const, running: begin.work() },
      { what: 'work' as const, running: begin.work() },
    ];
    const killed: string[] = [];
    while (killed.length < KILLS) {
      await sleep(300 + random() * 1200);
      const part = parts[Math.floor(random() * parts.length)]!;
      // Once everything is read the producer has ended by itself.
      if (part.running.child.exitCode !== null) continue;
      part.running.child.kill('SIGKILL');
      killed.push(part.what);
      await part.running.ended;
      part.running = begin[part.what]();
    }
    t.diagnostic(`killed: ${killed.join(' ')}`);
    const redis = world.redis!.client();
    const keys = keysOf(world.sandbox.url, world.sandbox.account);
    t.diagnostic(`settled when the last was killed: ${await redis.hget(keys.run('crash'), 'settled')} of ${ROWS}`);
    world.start(['work', ...AFTERWARDS]);
    await until(
      'the run to be finished',
      async () => (await redis.hexists(keys.run('crash'), 'finished_at')) === 1,
      120_000,
    );
    const { summary, outcomes } = await reported(world, 'crash');
    assert.equal(summary.status, 'finished');
    assertBooks(source, summary, outcomes);
    assertDesk(source, world.sandbox);
    assertLoggedOnce(logs.map((worker) => worker.stderr()));
    await until('nothing to be left in Redis', async () => (await redis.zcard(keys.dirty)) === 0);
  });

  test('sync killed 20 times and begun again with --run-id ends as if nothing had happened', async (t) => {
    const random = seeded(SEED + 1);
    const world = await rig(t, { sandbox: SANDBOX, redis: 'appendonly' });
    const source = exportOf(ROWS, CONTACTS, random);
    world.file('contacts.csv', source.csv);
    world.file('contact-sync.yaml', 'high_water: 1000\nconcurrency: 4\n');
    const command = ['sync', 'contacts.csv', '--json', '--run-id', 'again'];
    let ends = 0;
    for (let kill = 1; kill <= KILLS; kill++) {
      const running = world.start([...command, ...WHILE_KILLING]);
      await sleep(400 + random() * 1800);
      running.child.kill('SIGKILL');
      const { signal } = await running.ended;
      if (signal === null) ends++;
    }
    t.diagnostic(`ended by itself before it was killed: ${ends} times`);
    const { code, stdout, stderr } = await world.run([...command, ...AFTERWARDS]);
    assert.notEqual(stdout, '', stderr);
    const summary = JSON.parse(stdout) as Summary;
    assertBooks(source, summary, outcomesIn(summary.report_dir));
    assertDesk(source, world.sandbox);
    assert.equal(code, 1, 'some rows are wrong or about nobody');
  });
});
