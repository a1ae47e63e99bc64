import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { rig, until } from './rig.ts';

/** Long enough that the margin for calls that arrive late (2 %) is more than a busy machine needs. */
const WINDOW_MS = 6000;
const LIMIT = 120;
const CONTACTS = 1500;

/** A world whose desk counts in short windows, with a run in Redis that is long enough. */
async function world(t: TestContext, rateLimit: number) {
  const made = await rig(t, { sandbox: { contacts: CONTACTS, latencyMs: 20, rateLimit, windowMs: WINDOW_MS } });
  const rows = Array.from({ length: CONTACTS }, (_, i) => `${i + 1},New`);
  made.file('contacts.csv', ['id,name', ...rows].join('\n'));
  made.file('contact-sync.yaml', `chatwoot: {rate_window: ${WINDOW_MS / 1000}}\n`);
  return made;
}

/** Calls by clock window, of the windows that lie between two moments as a whole. */
function windowsOf(requests: readonly { at: number }[], from: number, to: number): number[] {
  const counts = new Map<number, number>();
  for (let window = Math.ceil(from / WINDOW_MS); (window + 1) * WINDOW_MS <= to; window++) counts.set(window, 0);
  for (const { at } of requests) {
    const window = Math.floor(at / WINDOW_MS);
    if (counts.has(window)) counts.set(window, counts.get(window)! + 1);
  }
  return [...counts.values()];
}

describe('one limit for any number of processes', { concurrency: 4, timeout: 90_000 }, () => {
  for (const processes of [1, 2, 4]) {
    test(`${processes} worker processes together use the limit, and never exceed it`, async (t) => {
      const { sandbox, run, start } = await world(t, LIMIT);
      const limit = ['--rate', String(LIMIT), '--concurrency', '3'];
      assert.equal((await run(['enqueue', 'contacts.csv', ...limit])).code, 0);
      const workers = Array.from({ length: processes }, () => start(['work', ...limit]));
      const isReady = () => workers.every((worker) => worker.stderr().includes('working on account'));
      await until('all workers to work', isReady);
      const from = Date.now();
      await until('two whole windows to pass', () => Date.now() > from + 3 * WINDOW_MS, 30_000);
      const full = windowsOf(sandbox.requests, from, Date.now());
      assert.ok(full.length >= 2);
      const all = windowsOf(sandbox.requests, sandbox.requests[0]!.at - WINDOW_MS, Date.now() + WINDOW_MS);
      assert.ok(Math.max(...all) <= LIMIT, `calls a window: ${all}`);
      assert.ok(Math.min(...full) >= 0.95 * LIMIT, `calls a full window: ${full} of ${LIMIT}`);
      assert.equal(sandbox.counts.byStatus[429], undefined);
      assert.ok(sandbox.maxInFlight <= 3 * processes);
    });
  }

  test('a worker that is started later with another rate changes it for all', async (t) => {
    const { sandbox, run, start } = await world(t, 0);
    assert.equal((await run(['enqueue', 'contacts.csv', '--rate', '12'])).code, 0);
    const first = start(['work', '--concurrency', '4']);
    await until('the worker to work', () => first.stderr().includes('working on account'));
    const slowFrom = Date.now();
    await until('slow calls', () => Date.now() > slowFrom + WINDOW_MS / 2);
    const slow = sandbox.requests.filter(({ at }) => at > slowFrom).length;
    assert.ok(slow <= 12, `${slow} calls in half a window of 12`);
    const second = start(['work', '--rate', '240']);
    await until('the second to work', () => second.stderr().includes('working on account'));
    second.child.kill('SIGTERM');
    assert.equal((await second.ended).code, 143);
    const fastFrom = Date.now();
    await until('fast calls', () => Date.now() > fastFrom + WINDOW_MS / 2);
    const fast = sandbox.requests.filter(({ at }) => at > fastFrom).length;
    assert.ok(fast > 60 && fast <= 140, `${fast} calls in half a window of 240`);
  });

  test('sync never has more calls in flight than --concurrency', async (t) => {
    const { sandbox, file, sync } = await rig(t, { sandbox: { contacts: 60, latencyMs: 60 } });
    const rows = Array.from({ length: 60 }, (_, i) => `contact${i + 1}@example.com,New`);
    const { code } = await sync([file('contacts.csv', ['email,name', ...rows].join('\n')), '--concurrency', '3']);
    assert.equal(code, 0);
    assert.equal(sandbox.maxInFlight, 3);
  });
});
