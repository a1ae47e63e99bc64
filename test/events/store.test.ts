import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Graves } from '../../src/events/graves.ts';
import { EventSource } from '../../src/events/source.ts';
import { EventStore } from '../../src/events/store.ts';
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
  name: 'app',
  preset: presetOf('generic'),
  verifier: verifierOf({ scheme: 'none', insecure: true }, undefined),
  match: ['email'],
  map: {},
});

const FILE = { path: 'webhook:app', file: '', sha256: '', rows: 0, kind: 'changes' as const };

async function storeIn() {
  const room = roomIn(server);
  await room.runs.open('day', 'serve', { ...OPTIONS, events: true }, FILE);
  const store = new EventStore(room.redis, room.keys, room.ledger);
  const take = (...events: WebhookEvent[]) => store.take(SOURCE, 'day', events, undefined);
  return { ...room, store, take };
}

function patch(
  key: string,
  name: string,
  observedAt: number | null = 1000,
  subject: string | null = 's',
): WebhookEvent {
  return { key, observedAt, subject, content: { type: 'patch', values: { email: 'a@x.test', name } } };
}

const deleted = (key: string, observedAt: number, subject: string | null = 's'): WebhookEvent => ({
  key,
  observedAt,
  subject,
  content: { type: 'deleted' },
});

test('an event is taken once, within a delivery and in the next ones; a replay is another event', async () => {
  const { store, take, runs } = await storeIn();
  const first = await take(patch('a', 'A'), patch('a', 'A'), patch('b', 'B'));
  assert.deepEqual([first?.taken, first?.duplicates], [2, 1]);
  const second = await take(patch('b', 'B'), patch('c', 'C'));
  assert.deepEqual([second?.taken, second?.duplicates], [1, 1]);
  const replay = await store.take(SOURCE, 'day', [patch('a', 'A')], undefined, 'day.1');
  assert.equal(replay?.taken, 1);
  assert.equal((await store.take(SOURCE, 'day', [patch('a', 'A')], undefined, 'day.1'))?.duplicates, 1);
  assert.equal((await runs.get('day'))?.rows, 4);
  assert.deepEqual(await store.counters('app'), { taken: 4, duplicates: 3 });
});

test('the first batch is cut at once, and what follows within a moment goes together', async () => {
  const { take, intake } = await storeIn();
  const first = await take(patch('a', 'A'));
  assert.equal(first?.batches.length, 1);
  assert.match(first!.batches[0]!, /^e\d+$/);
  assert.deepEqual((await take(patch('b', 'B')))?.batches, []);
  const more = Array.from({ length: 15 }, (_, i) => patch(`m${i}`, 'M'));
  const [full] = (await take(...more))!.batches;
  assert.equal((await intake.load(full!))?.rows.length, 15);
  assert.equal(await intake.waitingOfFiles(), 0, 'files wait for no event');
});

test('a value is as old as its source says, but never from the future', async () => {
  const { take, intake } = await storeIn();
  const [batch] = (await take(patch('a', 'A', Date.now() + 3_600_000), patch('b', 'B', 5000)))!.batches;
  const rows = (await intake.load(batch!))!.rows;
  const times = rows.map(({ version }) => Number.parseInt(version.slice(0, 9), 36));
  assert.ok(Math.abs(times[0]! - Date.now()) < 5000, `${times[0]}`);
  assert.equal(times[1], 5000);
  assert.deepEqual(
    rows.map(({ event, file, line, row }) => [event, file, line, row]),
    [
      [true, 0, 1, 0],
      [true, 0, 2, 1],
    ],
  );
});

test('it is told of a record when it was deleted, this month or the last; of another source nothing is known', async () => {
  const { take, redis, keys } = await storeIn();
  const graves = new Graves(redis, keys);
  await take(deleted('a', 5000, 'gone'), deleted('b', 7000, 'later'));
  assert.deepEqual(await graves.deletedAt('app', ['gone', 'alive', 'later', '']), [5000, undefined, 7000, undefined]);
  assert.deepEqual(await graves.deletedAt('other', ['gone']), [undefined]);
  assert.deepEqual(await graves.deletedAt('app', []), []);
  const [tomb] = await redis.keys(`${keys.base}:tomb:app:*`);
  await redis.rename(
    tomb!,
    tomb!.replace(/\d+$/, (month) => String(Number(month) - 1)),
  );
  assert.deepEqual(await graves.deletedAt('app', ['gone']), [5000]);
});

test('what is older than a deletion is stale, what is newer is taken; without a record nothing is deleted', async () => {
  const { take, runs, lines } = await storeIn();
  await take(deleted('d', 2000), patch('old', 'A', 1999), patch('new', 'B', 2001), deleted('x', 9000, null));
  await take(patch('other', 'C', 100, null));
  const state = (await runs.get('day'))!;
  assert.deepEqual([state.rows, state.outcomes.skipped, state.outcomes.stale, state.settled], [5, 2, 1, 3]);
  const logged = lines
    .filter(({ event }) => event === 'contact.outcome')
    .map(({ outcome, reason }) => [outcome, reason]);
  assert.deepEqual(logged, [
    ['skipped', 'deleted-at-source'],
    ['stale', 'deleted-at-source'],
    ['skipped', 'deleted-at-source'],
  ]);
});

test('without its run nothing is taken, and nothing is known of it afterwards', async () => {
  const { store, redis, keys } = await storeIn();
  assert.equal(await store.take(SOURCE, 'nowhere', [patch('a', 'A')], undefined), undefined);
  assert.deepEqual((await redis.keys(`${keys.base}:seen:*`)).length, 0);
});

test('an event about something else makes no row; one that cannot be used ends and is kept', async () => {
  const { take, runs, redis, keys } = await storeIn();
  const ping: WebhookEvent = { key: 'p', observedAt: null, subject: null, content: { type: 'ignored', why: 'a ping' } };
  const thin: WebhookEvent = { key: 't', observedAt: null, subject: '7', content: { type: 'thin', id: '7' } };
  const keyless = { ...patch('k', 'K'), content: { type: 'patch', values: { name: 'K' } } } as const;
  const nothing = { ...patch('n', 'N'), content: { type: 'patch', values: { email: 'a@x.test', shoe: 9 } } } as const;
  assert.deepEqual(await take(ping), { taken: 0, duplicates: 0, ignored: 1, batches: [], thin: [] });
  await take(thin, keyless, nothing);
  const state = (await runs.get('day'))!;
  assert.deepEqual(state.reasons, { 'event-thin': 1, 'no-match-key': 1, 'nothing-mapped': 1 });
  assert.deepEqual([state.rows, state.outcomes.invalid, state.outcomes.skipped], [3, 2, 1]);
  assert.deepEqual((await redis.hkeys(`${keys.base}:quarantine`)).sort(), ['day.1', 'day.2']);
});
