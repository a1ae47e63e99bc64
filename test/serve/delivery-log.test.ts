import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DeliveryLog } from '../../src/serve/delivery-log.ts';

type Line = Record<string, unknown>;

test('each delivery has a line, in a storm the rest of a second has one together, and nothing is lost from the sums', () => {
  const info: Line[] = [];
  const warn: Line[] = [];
  let now = 1_000;
  const log = new DeliveryLog(
    { info: (line: Line) => info.push(line), warn: (line: Line) => warn.push(line) },
    () => now,
  );
  const taken = { source: 'app', result: 'taken' as const, events: 2, duplicates: 1, ignored: 0 };
  for (let i = 0; i < 50; i++) log.note(taken);
  log.note({ ...taken, source: 'crm' });
  for (let i = 0; i < 30; i++) log.note({ source: 'app', result: 'unauthentic', why: 'bad-signature' });
  assert.equal(info.length, 21);
  assert.equal(warn.length, 20, 'forgeries must not fill the disk');
  log.flush();
  const none = { events: 0, duplicates: 0, ignored: 0 };
  const forged = { event: 'webhook.deliveries', source: 'app', result: 'unauthentic', deliveries: 10, ...none };
  assert.deepEqual(warn.at(-1), forged);
  assert.deepEqual(info.at(-1), {
    event: 'webhook.deliveries',
    source: 'app',
    result: 'taken',
    deliveries: 30,
    events: 60,
    duplicates: 30,
    ignored: 0,
  });
  now = 2_000;
  log.note(taken);
  assert.deepEqual(info.at(-1), { event: 'webhook.delivery', ...taken });
  log.flush();
  assert.equal(info.length, 23);
});
