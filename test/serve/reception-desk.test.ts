import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DeskEvents } from '../../src/events/desk-events.ts';
import { EventSource } from '../../src/events/source.ts';
import { EventStore } from '../../src/events/store.ts';
import { type DeliveryNote, Reception } from '../../src/serve/reception.ts';
import { presetOf } from '../../src/source/webhook/presets/preset.ts';
import { verifierOf } from '../../src/source/webhook/verify/verify.ts';
import { roomIn } from '../queue/room.ts';
import { startTestRedis, type TestRedis } from '../redis/server.ts';

let server: TestRedis;
before(async () => {
  server = await startTestRedis();
});
after(() => server.stop());

const EVENT = { event: 'contact_updated', id: 7, account: { id: 1 }, changed_attributes: [{ name: {} }], name: 'Ada' };

/** A reception that takes no more, for the desk itself and for a CRM; five deliveries a second each. */
function reception() {
  const { redis, keys, ledger } = roomIn(server);
  const notes: DeliveryNote[] = [];
  const source = (name: string, preset: string) => {
    const verifier = verifierOf({ scheme: 'none', insecure: false }, undefined);
    return { source: new EventSource({ name, preset: presetOf(preset), verifier, match: [], map: {} }), rate: 5 };
  };
  const made = new Reception({
    keep: async (work) => ({ value: await work(), kept: true }),
    sources: new Map([
      ['desk', source('desk', 'chatwoot')],
      ['app', source('app', 'generic')],
    ]),
    store: new EventStore(redis, keys, ledger),
    desk: new DeskEvents(redis, keys, { accountId: 1, rememberForMs: 60_000 }),
    runOf: (name) => `run_${name}`,
    openRun: async () => assert.fail('an event of the desk is no row of a run'),
    definitions: () => undefined,
    open: () => false,
    onThin: () => undefined,
    onBatches: () => assert.fail('an event of the desk needs no look-up'),
    onDelivery: (note) => notes.push(note),
    now: () => 1_760_000_000_000,
  });
  const deliver = (body: string) =>
    made.deliver(
      'desk',
      {
        method: 'POST',
        path: '/webhooks/desk',
        headers: { 'content-type': 'application/json' },
        body: Buffer.from(body),
      },
      true,
    );
  return { made, notes, deliver, redis };
}

test('when too much waits the desk is heard all the same, as far as its rate goes: it never sends again', () => {
  const { made, notes } = reception();
  assert.equal(made.admit('app')?.status, 503);
  for (let i = 0; i < 5; i++) assert.equal(made.admit('desk'), undefined);
  assert.equal(made.admit('desk')?.status, 503);
  assert.deepEqual(
    notes.map(({ source, result }) => [source, result]),
    [
      ['app', 'overloaded'],
      ['desk', 'overloaded'],
    ],
  );
});

test('an event of the desk is answered 200 and noted by what it was, whatever it was', async () => {
  const { deliver, notes } = reception();
  for (const body of [EVENT, { ...EVENT, account: { id: 2 } }, { event: 'webwidget_triggered' }])
    assert.equal((await deliver(JSON.stringify(body))).status, 200);
  assert.equal((await deliver('{"event":')).status, 200);
  assert.deepEqual(
    notes.map(({ result, desk }) => [result, desk]),
    [
      ['taken', 'news'],
      ['taken', 'ignored'],
      ['taken', 'ignored'],
      ['taken', 'unusable'],
    ],
  );
});

test('an event that memory cannot be told is answered 503', async () => {
  const { deliver, notes, redis } = reception();
  redis.disconnect();
  assert.equal((await deliver(JSON.stringify(EVENT))).status, 503);
  assert.deepEqual(
    notes.map(({ result }) => result),
    ['failed'],
  );
});
