import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Patience } from '../../src/serve/patience.ts';

test('what is done in time comes through as it is, value or error', async () => {
  const patience = new Patience(10_000);
  assert.equal(await patience.wait(sleep(1, 'done'), 'late'), 'done');
  await assert.rejects(patience.wait(Promise.reject(new Error('refused')), 'late'), /refused/);
});

test('each one is given up when its own time is up, again and again', { timeout: 5000 }, async () => {
  const patience = new Patience(50);
  const never = new Promise<never>(() => {});
  for (let round = 0; round < 2; round++) {
    const from = performance.now();
    const first = patience.wait(never, 'first').catch((error: Error) => error.message);
    await sleep(30);
    const second = patience.wait(never, 'second').catch((error: Error) => error.message);
    // Its own timer keeps nothing alive, so the test does.
    const alive = setInterval(() => {}, 1000);
    assert.equal(await first, 'first');
    assert.ok(performance.now() - from >= 49);
    assert.equal(await second, 'second');
    assert.ok(performance.now() - from >= 79);
    clearInterval(alive);
  }
});
