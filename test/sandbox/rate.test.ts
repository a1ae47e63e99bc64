import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { RateWindow } from '../../src/sandbox/rate.ts';
import { sandboxFor } from './client.ts';

test('a window starts at the clock, not at the first request; blocked requests count', () => {
  const window = new RateWindow(2, 1000);
  assert.deepEqual(
    [window.admit(999), window.admit(1000), window.admit(1500), window.admit(1999)],
    [true, true, true, false],
  );
  assert.equal(window.admit(2000), true);
  assert.equal(window.secondsLeft(2001), 1);
});

test('429 is plain text without Retry-After and clears with the next window', async (t) => {
  const windowMs = 400;
  const { sandbox, send } = await sandboxFor(t, { rateLimit: 3, windowMs });
  await sleep(windowMs - (Date.now() % windowMs) + 2);
  const answers = [];
  for (let n = 0; n < 5; n += 1) answers.push(await send('GET', '/api', undefined, { absolute: true }));
  assert.deepEqual(
    answers.map((answer) => answer.status),
    [200, 200, 200, 429, 429],
  );
  const refused = answers[4]!;
  assert.equal(refused.text, 'Retry later\n');
  assert.equal(refused.headers['content-type'], 'text/plain');
  assert.equal(refused.headers['retry-after'], undefined);
  assert.ok(refused.headers['x-request-id']);
  await sleep(windowMs - (Date.now() % windowMs) + 2);
  assert.equal((await send('GET', '/contacts')).status, 200);
  const minutes = [...sandbox.countsPerMinute.values()];
  assert.equal(
    minutes.reduce((sum, minute) => sum + minute.total, 0),
    6,
  );
  assert.equal(
    minutes.reduce((sum, minute) => sum + minute.limited, 0),
    2,
  );
});

test('Retry-After is sent when asked for', async (t) => {
  const { send } = await sandboxFor(t, { rateLimit: 1, retryAfter: true });
  await send('GET', '/contacts');
  const retryAfter = Number((await send('GET', '/contacts')).headers['retry-after']);
  assert.ok(retryAfter >= 1 && retryAfter <= 60);
});

test('search has a limit of its own', async (t) => {
  const { send } = await sandboxFor(t, { searchLimit: 2 });
  const statuses = [];
  for (let n = 0; n < 3; n += 1) statuses.push((await send('GET', '/contacts/search?q=x')).status);
  assert.deepEqual(statuses, [200, 200, 429]);
  assert.equal((await send('GET', '/contacts')).status, 200);
});
