import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { EventSource } from '../../src/events/source.ts';
import { EventStore } from '../../src/events/store.ts';
import { ThinEvents } from '../../src/events/thin.ts';
import type { WebhookEvent } from '../../src/source/webhook/event.ts';
import { presetOf } from '../../src/source/webhook/presets/preset.ts';
import { verifierOf } from '../../src/source/webhook/verify/verify.ts';
import { OPTIONS, roomIn } from '../queue/room.ts';
import { startTestRedis, type TestRedis } from '../redis/server.ts';

let server: TestRedis;

before(async () => {
  server = await startTestRedis();
});
after(() => server.stop());

const SOURCE = new EventSource({
  name: 'crm',
  preset: presetOf('hubspot'),
  verifier: verifierOf({ scheme: 'none', insecure: true }, undefined),
  match: ['email'],
  map: { firstname: 'name' },
  fetches: true,
});

async function waitingIn() {
  const room = roomIn(server);
  await room.runs.open(
    'day',
    'serve',
    { ...OPTIONS, events: true },
    {
      path: 'webhook:crm',
      file: '',
      sha256: '',
      rows: 0,
      kind: 'changes',
    },
  );
  const store = new EventStore(room.redis, room.keys, room.ledger);
  const thin = new ThinEvents(room.redis, room.keys, room.ledger, SOURCE);
  const take = async (...events: WebhookEvent[]) => (await store.take(SOURCE, 'day', events, undefined))!;
  const outcomes = async () => {
    const entries = await room.runs.outcomes('day', 100);
    return entries.map((text) => (JSON.parse(text) as unknown[]).slice(0, 5).toSpliced(1, 2));
  };
  return { ...room, store, thin, take, outcomes };
}

const created = (key: string, id = '7', observedAt: number | null = 1000): WebhookEvent => ({
  key,
  observedAt,
  subject: id,
  content: { type: 'thin', id },
});

const VALUES = { type: 'values', values: { email: 'a@x.test', firstname: 'Ann' } } as const;

test('it waits without an outcome, and once fetched it is a row as new as the moment it was claimed', async () => {
  const { take, thin, runs, intake, redis, keys } = await waitingIn();
  const before = Date.now();
  const taken = await take(created('a'));
  assert.deepEqual([taken.taken, taken.batches, taken.thin], [1, [], ['day/0']]);
  assert.deepEqual([(await runs.get('day'))?.rows, (await runs.get('day'))?.settled], [1, 0]);
  assert.deepEqual(await thin.places(), ['day/0']);
  const claimed = (await thin.claim('day/0'))!;
  const [batch] = await thin.finish(claimed, VALUES, undefined);
  const [row] = (await intake.load(batch!))!.rows;
  assert.deepEqual([row?.run, row?.row, row?.line, row?.file, row?.event], ['day', 0, 1, 0, true]);
  assert.deepEqual([row?.keys, row?.patch], [{ email: 'a@x.test' }, { email: '"a@x.test"', name: '"Ann"' }]);
  const version = Number.parseInt(row!.version.slice(0, 9), 36);
  assert.ok(version >= before && version <= Date.now() && version === claimed.atMs, `${version}`);
  assert.deepEqual(await redis.keys(`${keys.base}:thin:*`), [], 'nothing of it is left');
});

test('what is said twice about one event counts once, and a process that was frozen is not heard', async () => {
  const { take, thin, intake } = await waitingIn();
  await take(created('a'));
  const frozen = (await thin.claim('day/0'))!;
  const next = (await thin.claim('day/0'))!;
  assert.deepEqual(await thin.finish(frozen, VALUES, undefined), []);
  assert.equal(await thin.release(frozen, { attemptUsed: true }), false);
  assert.equal((await thin.finish(next, VALUES, undefined)).length, 1);
  assert.deepEqual(await thin.finish(next, VALUES, undefined), []);
  assert.equal(await thin.claim('day/0'), undefined);
  assert.equal(await intake.waiting(), 15, 'one batch');
});

test('a second event of the record is folded into the one whose request was not sent yet, also between attempts', async () => {
  const { take, thin, outcomes } = await waitingIn();
  assert.deepEqual((await take(created('a'), created('b'), created('other', '8'))).thin, ['day/0', 'day/2']);
  const claimed = (await thin.claim('day/0'))!;
  assert.equal(await thin.release(claimed, { attemptUsed: true }), true);
  assert.deepEqual((await take(created('c'))).thin, []);
  assert.equal((await thin.claim('day/0'))?.attempts, 1);
  assert.deepEqual(await outcomes(), [
    [1, 'merged', 'folded-into-newer'],
    [3, 'merged', 'folded-into-newer'],
  ]);
});

test('once its request was sent a second event waits for its own, and takes the first along if that fails', async () => {
  const { take, thin, outcomes, lines } = await waitingIn();
  await take(created('a'));
  const claimed = (await thin.claim('day/0'))!;
  assert.deepEqual((await take(created('b'))).thin, ['day/1']);
  assert.deepEqual((await take(created('c'))).thin, []);
  assert.equal(await thin.release(claimed, { attemptUsed: true }), false);
  assert.deepEqual(await thin.places(), ['day/1']);
  assert.deepEqual(await outcomes(), [
    [2, 'merged', 'folded-into-newer'],
    [0, 'merged', 'folded-into-newer'],
  ]);
  assert.equal(lines.filter(({ outcome }) => outcome === 'merged').length, 2);
});

test('a record that is gone is skipped, and one that was deleted since it was asked for is stale', async () => {
  const { take, thin, outcomes, redis, keys } = await waitingIn();
  await take(created('a'), created('b', '8'));
  await thin.finish((await thin.claim('day/0'))!, { type: 'gone' }, undefined);
  const asked = (await thin.claim('day/1'))!;
  const deleted = { key: 'd', observedAt: asked.atMs, subject: '8', content: { type: 'deleted' } } as const;
  await take(deleted);
  assert.deepEqual((await take(created('old', '8'))).thin, [], 'what is older than the deletion is not fetched');
  assert.deepEqual(await thin.finish(asked, VALUES, undefined), []);
  assert.deepEqual(await outcomes(), [
    [0, 'skipped', 'deleted-at-source'],
    [2, 'skipped', 'deleted-at-source'],
    [3, 'stale', 'deleted-at-source'],
    [1, 'stale', 'deleted-at-source'],
  ]);
  assert.deepEqual(await redis.keys(`${keys.base}:quarantine`), []);
});

test('what cannot be fetched or used goes to quarantine as the event it was, to be fetched again', async () => {
  const { take, thin, outcomes, redis, keys } = await waitingIn();
  await take(created('a'), created('b', '8'));
  await thin.finish((await thin.claim('day/0'))!, { type: 'failed', why: 'no answer' }, undefined);
  await thin.finish((await thin.claim('day/1'))!, { type: 'values', values: { firstname: 'Ann' } }, undefined);
  assert.deepEqual(await outcomes(), [
    [0, 'invalid', 'fetch-failed'],
    [1, 'invalid', 'no-match-key'],
  ]);
  const kept = await redis.hmget(`${keys.base}:quarantine`, 'day.1', 'day.2');
  assert.deepEqual(
    kept.map((text) => JSON.parse(text!).event),
    [created('a'), created('b', '8')],
  );
});
