import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { keysOf } from '../../src/redis/keys.ts';
import type { Summary } from '../../src/run/summary.ts';
import { assertBooks, assertDesk } from '../chaos/books.ts';
import { exportOf, seeded } from '../chaos/crm.ts';
import { outcomesIn, rig, until } from './rig.ts';

const CONTACTS = 120;
const ROWS = 400;
const SEED = Number(process.env.CHAOS_SEED ?? Date.now() % 100_000);
const RUN = ['sync', 'contacts.csv', '--json', '--run-id', 'r'];

async function world(t: TestContext, config = '') {
  const made = await rig(t, { sandbox: { contacts: CONTACTS, latencyMs: 20 }, redis: 'appendonly' });
  const source = exportOf(ROWS, CONTACTS, seeded(SEED));
  made.file('contacts.csv', source.csv);
  made.file('contact-sync.yaml', `high_water: 300\nconcurrency: 4\n${config}`);
  const settled = async () => {
    const key = keysOf(made.sandbox.url, made.sandbox.account).run('r');
    return Number(await made.redis!.client().hget(key, 'settled'));
  };
  return { ...made, source, settled };
}

describe(`Redis comes and goes (seed ${SEED})`, { concurrency: 6, timeout: 90_000 }, () => {
  test('Redis killed and gone for 20 s in mid-run: the run goes on when it is back', async (t) => {
    const { sandbox, redis, start, source } = await world(t);
    const running = start([...RUN, '--rate', '2400']);
    await until('the run to be under way', () => sandbox.counts.total > 60);
    await redis!.kill9();
    await sleep(20_000);
    assert.match(running.stderr(), /Redis does not answer/);
    await redis!.restart();
    const { code, stdout, stderr } = await running.ended;
    assert.equal(code, 1, stderr);
    const summary = JSON.parse(stdout) as Summary;
    assertBooks(source, summary, outcomesIn(summary.report_dir));
    assertDesk(source, sandbox);
  });

  test('Redis killed and restarted again and again loses nothing', async (t) => {
    const { sandbox, redis, start, source } = await world(t);
    const random = seeded(SEED + 2);
    const running = start([...RUN, '--rate', '2400']);
    await until('the run to be under way', () => sandbox.counts.total > 20);
    for (let kill = 0; kill < 6; kill++) {
      await sleep(200 + random() * 1000);
      await redis!.kill9();
      await redis!.restart();
    }
    const { code, stdout, stderr } = await running.ended;
    assert.equal(code, 1, stderr);
    const summary = JSON.parse(stdout) as Summary;
    assertBooks(source, summary, outcomesIn(summary.report_dir));
    assertDesk(source, sandbox);
  });

  test('Redis away longer than give_up_after stops the run with exit 3; --run-id finishes it', async (t) => {
    const { sandbox, redis, start, run, source } = await world(t, 'give_up_after: 2\n');
    const running = start([...RUN, '--rate', '2400']);
    await until('the run to be under way', () => sandbox.counts.total > 60);
    await redis!.kill9();
    const killedAt = Date.now();
    const { code, stderr } = await running.ended;
    assert.equal(code, 3, stderr);
    assert.match(stderr, /Redis was away too long.*--run-id r/);
    assert.ok(Date.now() - killedAt < 25_000);
    await redis!.restart();
    const { stdout } = await run([...RUN, '--rate', '100000']);
    const summary = JSON.parse(stdout) as Summary;
    assertBooks(source, summary, outcomesIn(summary.report_dir));
    assertDesk(source, sandbox);
  });

  test('a signal ends sync and work even while Redis is away', async (t) => {
    const { sandbox, redis, start } = await world(t);
    const running = [start([...RUN, '--rate', '600']), start(['work'])];
    await until('the run to be under way', () => sandbox.counts.total > 10);
    await until('the worker to work', () => running[1]!.stderr().includes('working on account'));
    await redis!.kill9();
    await sleep(500);
    for (const { child } of running) child.kill('SIGTERM');
    for (const { ended } of running) {
      const { code } = await Promise.race([ended, sleep(25_000, { code: 'still running', stderr: '' })]);
      assert.equal(code, 143);
    }
  });

  test('when the jobs are gone from the queue the sweeper brings them back', async (t) => {
    const { sandbox, redis, start, source, settled } = await world(t);
    const running = start([...RUN, '--rate', '2400']);
    await until('the run to be under way', async () => (await settled()) > 100);
    const client = redis!.client();
    const { tag, queue, dirty } = keysOf(sandbox.url, sandbox.account);
    assert.ok((await client.zcard(dirty)) > 0);
    const gone = await client.keys(`${tag}:${queue}:*`);
    await client.del(...gone);
    const { code, stdout, stderr } = await running.ended;
    assert.equal(code, 1, stderr);
    const summary = JSON.parse(stdout) as Summary;
    assertBooks(source, summary, outcomesIn(summary.report_dir));
    assertDesk(source, sandbox);
  });

  test('a Redis that evicts is refused with the command that mends it', async (t) => {
    const { redis, run, sandbox } = await world(t);
    await redis!.client().config('SET', 'maxmemory-policy', 'allkeys-lru');
    for (const command of [RUN, ['work'], ['enqueue', 'contacts.csv']]) {
      const { code, stderr } = await run(command);
      assert.equal(code, 3);
      assert.match(stderr, /redis-cli CONFIG SET maxmemory-policy noeviction/);
    }
    assert.equal(sandbox.counts.total, 0);
  });
});
