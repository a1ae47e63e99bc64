import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { DeskEvents } from '../../src/events/desk-events.ts';
import { EventStore } from '../../src/events/store.ts';
import { remembering, row, sighting } from '../memory/remembered.ts';
import { startTestRedis, type TestRedis } from '../redis/server.ts';

let server: TestRedis;
before(async () => {
  server = await startTestRedis();
});
after(() => server.stop());

const DAY_MS = 24 * 60 * 60 * 1000;
const START = Date.UTC(2026, 0, 1);
const HELD = { id: 7, name: 'Ada', email: 'c7@crm.test', phone_number: '+497', identifier: null, blocked: false };
const BELIEVED = { name: 'Ada', 'custom_attributes.plan': 'pro', 'custom_attributes.seats': 5 };

/** A field that nobody has learnt keeps a row from being settled. */
const OPEN = { 'custom_attributes.open': 1 };

const known = (...same: string[]) => ({ type: 'known', contact: '7', same });
const UNKNOWN = { type: 'unknown' };

type Changed = Record<string, [before: unknown, after: unknown]>;

/** The body of an update of contact 7; `from` and `to` are minutes of its chain. */
function updated(from: number, to: number, changed: Changed, more: object = {}): object {
  const moved: Changed = { ...changed, updated_at: [iso(from), iso(to)] };
  return {
    account: { id: 1, name: 'Acme' },
    ...HELD,
    custom_attributes: { plan: 'pro', seats: 5 },
    additional_attributes: {},
    event: 'contact_updated',
    changed_attributes: Object.entries(moved).map(([name, [previous_value, current_value]]) => ({
      [name]: { previous_value, current_value },
    })),
    ...more,
  };
}

function iso(minute: number): string {
  return new Date(START + minute * 60_000).toISOString();
}

const CREATED = { ...updated(0, 0, {}), event: 'contact_created', changed_attributes: undefined };
const RENAMED: Changed = { name: ['Ada', 'Eve'] };

/** A desk whose contact 7 is remembered as `fields`, and who hears of it. */
async function listening(fields: Record<string, unknown> = BELIEVED) {
  const room = await remembering(server);
  await room.memory.learn([sighting('7', fields)]);
  const desk = new DeskEvents(room.redis, room.keys, { accountId: 1, rememberForMs: 30 * DAY_MS });
  const store = new EventStore(room.redis, room.keys, room.ledger);
  return {
    ...room,
    desk,
    hear: (body: object | string) =>
      desk.hear('desk', {
        method: 'POST',
        path: '/webhooks/desk',
        headers: { 'content-type': 'application/json' },
        body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
      }),
    counters: () => store.counters('desk'),
    asked: async (
      wanted: Record<string, unknown> = fields,
      key: readonly ['email' | 'id', string] = ['email', 'c7@crm.test'],
    ) => (await room.memory.recall([row(0, key, { ...wanted, ...OPEN })]))[0],
  };
}

test('a field that the desk shows to be another is not believed any more, and the others are', async () => {
  const { hear, asked, counters } = await listening();
  assert.equal(await hear(updated(0, 1, RENAMED, { name: 'Eve' })), 'news');
  assert.deepEqual(await asked(), known('custom_attributes.plan', 'custom_attributes.seats'));
  assert.deepEqual(await asked({ name: 'Eve' }), known(), 'what an event shows is not believed either');
  assert.deepEqual(await counters(), { taken: 1 });
});

test('what an event shows as it is remembered is an echo, however the source spelt it', async () => {
  const fields = {
    name: 'Ada',
    'custom_attributes.seats': '5',
    'custom_attributes.since': '2026-01-31',
    'custom_attributes.none': null,
  };
  const { hear, asked, counters } = await listening(fields);
  const custom_attributes = { seats: 5, since: '2026-01-31T00:00:00.000Z', other: 1 };
  const changed: Changed = { custom_attributes: [{ ...custom_attributes, seats: 4 }, custom_attributes] };
  assert.equal(await hear(updated(0, 1, changed, { custom_attributes })), 'echo');
  assert.deepEqual(await asked(), known(...Object.keys(fields)));
  assert.deepEqual(await counters(), { taken: 1, echo: 1 });
});

test('numbers are compared with all their digits', async () => {
  const big = { 'custom_attributes.n': '9007199254740993' };
  const { hear, asked } = await listening(big);
  const shows = (minute: number, digits: string) => {
    const changed: Changed = { custom_attributes: [{}, { n: 'N' }] };
    const body = JSON.stringify(updated(minute, minute + 1, changed, { custom_attributes: { n: 'N' } }));
    return body.replaceAll('"N"', digits);
  };
  assert.equal(await hear(shows(0, '9007199254740993')), 'echo');
  assert.deepEqual(await asked(), known('custom_attributes.n'));
  assert.equal(await hear(shows(1, '9007199254740992')), 'news');
  assert.deepEqual(await asked(), known());
});

test('an attribute that is gone is not believed, nor one that was cleared and is there again', async () => {
  const { hear, asked } = await listening({ 'custom_attributes.plan': 'pro', 'custom_attributes.old': null });
  const changed: Changed = { custom_attributes: [{ plan: 'pro' }, { old: 'x' }] };
  assert.equal(await hear(updated(0, 1, changed, { custom_attributes: { old: 'x' } })), 'news');
  assert.deepEqual(await asked(), known());
});

test('what changed and is not shown is not believed: labels that differ, a picture', async () => {
  const fields = {
    'labels.vip': true,
    'labels.old': false,
    labels: ['a', 'vip'],
    avatar_url: 'https://a.test/1.png',
    name: 'Ada',
  };
  const { hear, asked } = await listening(fields);
  assert.equal(await hear(updated(0, 1, { label_list: [['a'], ['vip', 'a']] })), 'echo');
  assert.deepEqual(await asked(), known(...Object.keys(fields)));
  assert.equal(
    await hear(
      updated(1, 2, {
        label_list: [
          ['vip', 'a'],
          ['a', 'old'],
        ],
      }),
    ),
    'news',
  );
  assert.deepEqual(await asked(), known('avatar_url', 'name'));
  const hashed: Changed = { additional_attributes: [{ avatar_url_hash: '1' }, { avatar_url_hash: '2' }] };
  assert.equal(await hear(updated(2, 3, hashed, { additional_attributes: { avatar_url_hash: '2' } })), 'news');
  assert.deepEqual(await asked(), known('name'));
});

test('a contact whose key changed is found by none of its keys until it is read again', async () => {
  const { hear, asked, memory } = await listening();
  const moved = updated(0, 1, { email: ['c7@crm.test', 'eve@crm.test'] }, { email: 'eve@crm.test' });
  assert.equal(await hear(moved), 'news');
  assert.deepEqual(await asked(), UNKNOWN);
  assert.deepEqual(
    await asked(BELIEVED, ['email', 'eve@crm.test']),
    UNKNOWN,
    'a wrong guess would write to another contact',
  );
  await memory.learn([sighting('7', BELIEVED, { atMs: Date.now() - 5_000 })]);
  assert.deepEqual(await asked(), UNKNOWN, 'a look that began before the event says nothing');
  await memory.learn([sighting('7', BELIEVED)]);
  assert.deepEqual(await asked(), known(...Object.keys(BELIEVED)));
});

test('a key that came along is no contradiction', async () => {
  const { hear, asked } = await listening();
  const more = { identifier: 'crm-7', email: 'C7@crm.test' };
  assert.equal(await hear(updated(0, 1, { identifier: [null, 'crm-7'] }, more)), 'echo');
  assert.deepEqual(await asked(), known(...Object.keys(BELIEVED)));
});

test('a look that began before an event and ends after it does not bring back what changed', async () => {
  const { hear, asked, memory, redis, keys } = await listening();
  const began = Date.now() - 5_000;
  await memory.forget('7');
  assert.equal(await hear(updated(0, 1, RENAMED, { name: 'Eve' })), 'news');
  await memory.learn([sighting('7', { name: 'Ada' }, { atMs: began })]);
  assert.deepEqual(await asked(), known());
  await memory.forget('7');
  assert.equal(await hear(updated(1, 2, { custom_attributes: [{}, { unmapped: 1 }] })), 'news');
  assert.equal(await redis.hexists(`${keys.memory}:m:0`, '7'), 0, 'nothing is kept of what nobody syncs');
});

test('bookkeeping changes nothing and the chain goes on', async () => {
  const { hear, asked, counters } = await listening();
  const talked: Changed = { last_activity_at: [null, iso(2)] };
  assert.equal(await hear(updated(0, 1, talked, { name: 'not looked at' })), 'bookkeeping');
  assert.equal(await hear(updated(1, 2, {}, { name: 'not looked at' })), 'bookkeeping');
  assert.deepEqual(await asked(), known(...Object.keys(BELIEVED)));
  assert.equal(await hear(updated(2, 3, { custom_attributes: [{}, {}] })), 'echo');
  assert.deepEqual(await counters(), { taken: 3, bookkeeping: 2, echo: 1 });
});

test('a link that is missing means a lost event: nothing is believed of the contact', async () => {
  const { hear, asked, memory, counters } = await listening();
  assert.equal(await hear(updated(0, 1, { last_activity_at: [null, iso(1)] })), 'bookkeeping');
  assert.equal(await hear(updated(2, 3, { last_activity_at: [iso(1), iso(3)] })), 'broken_chain');
  assert.deepEqual(await asked(), UNKNOWN);
  assert.deepEqual(await asked(BELIEVED, ['id', '7']), known());
  await memory.learn([sighting('7', BELIEVED)]);
  assert.equal(await hear(updated(1, 2, RENAMED, { name: 'Eve' })), 'out_of_order', 'it was not lost, it was late');
  assert.equal(await hear(updated(3, 4, { custom_attributes: [{}, { x: 1 }] })), 'echo');
  assert.deepEqual(await asked(), known(...Object.keys(BELIEVED)));
  assert.deepEqual(await counters(), { taken: 4, bookkeeping: 1, broken_chain: 1, out_of_order: 1, echo: 1 });
});

test('an event that comes again is a duplicate, and a clock that lags behind breaks no chain', async () => {
  const { hear, asked, counters } = await listening();
  const first = updated(0, 5, RENAMED, { name: 'Eve' });
  assert.equal(await hear(first), 'news');
  assert.equal(await hear(first), 'duplicates');
  assert.equal(
    await hear(updated(5, 4, { custom_attributes: [{ plan: 'pro' }, {}] }, { custom_attributes: { seats: 5 } })),
    'news',
  );
  assert.deepEqual(await asked(), known('custom_attributes.seats'));
  assert.equal(await hear(updated(4, 6, { blocked: [true, false] })), 'echo');
  assert.deepEqual(await counters(), { taken: 3, duplicates: 1, echo: 1 });
});

test('a new contact begins its chain; told again or late it says nothing', async () => {
  const { hear, asked } = await listening();
  assert.equal(await hear(CREATED), 'echo');
  assert.equal(await hear({ ...CREATED, name: 'Eve' }), 'duplicates');
  assert.equal(await hear(updated(8, 9, { custom_attributes: [{}, { x: 1 }] })), 'echo');
  assert.equal(await hear({ ...CREATED, name: 'Eve' }), 'out_of_order');
  assert.deepEqual(await asked(), known(...Object.keys(BELIEVED)));
  const { hear: hearOther, redis, keys } = await listening();
  assert.equal(await hearOther({ ...CREATED, id: 8 }), 'news');
  assert.equal(await redis.hexists(`${keys.memory}:m:0`, '8'), 0, 'what an event shows is not remembered');
});

test('an update that nobody dates is compared and leaves the chain alone', async () => {
  const { hear } = await listening();
  assert.equal(await hear(updated(0, 5, { blocked: [true, false] })), 'echo');
  const undated = {
    ...updated(0, 0, {}),
    changed_attributes: [{ name: { previous_value: 'Ada', current_value: 'Eve' } }],
    name: 'Eve',
  };
  assert.equal(await hear(undated), 'news');
  assert.equal(await hear(updated(5, 6, { blocked: [true, false] })), 'echo');
});

test('other accounts and other things are ignored; what cannot be read is counted', async () => {
  const { hear, asked, counters } = await listening();
  assert.equal(await hear(updated(0, 1, RENAMED, { name: 'Eve', account: { id: 2 } })), 'ignored');
  assert.equal(await hear({ event: 'conversation_created', id: 7, account: { id: 1 } }), 'ignored');
  assert.deepEqual(await counters(), {});
  assert.equal(await hear('{"event":"contact_upd'), 'unusable');
  assert.equal(await hear(updated(0, 1, RENAMED, { id: 'seven' })), 'unusable');
  assert.equal(await hear(updated(0, 1, RENAMED, { id: null })), 'unusable');
  assert.deepEqual(await asked(), known(...Object.keys(BELIEVED)));
  assert.deepEqual(await counters(), { unusable: 3 });
});

test('events of one contact that arrive together are heard one after another', async () => {
  const { hear, asked, counters } = await listening();
  const steps = Array.from({ length: 20 }, (_, i) => updated(i, i + 1, { blocked: [true, false] }));
  const verdicts = await Promise.all([...steps, ...steps].map((body) => hear(body)));
  assert.deepEqual(new Set(verdicts.slice(0, 20)), new Set(['echo']));
  assert.deepEqual(verdicts.slice(20), [...Array(19).fill('out_of_order'), 'duplicates']);
  assert.deepEqual(await asked(), known(...Object.keys(BELIEVED)));
  assert.deepEqual(await counters(), { taken: 39, echo: 20, out_of_order: 19, duplicates: 1 });
});

test('the chain ends by itself, with what is remembered', async () => {
  const { hear, redis, keys } = await listening();
  await hear(updated(0, 1, {}));
  const [left, remembered] = [await redis.pttl(`${keys.memory}:h:0`), await redis.pttl(`${keys.memory}:m:0`)];
  assert.ok(left > 29 * DAY_MS && left >= remembered - 1000, `${left}`);
  assert.match(String(await redis.object('ENCODING', `${keys.memory}:h:0`)), /^(listpack|ziplist)$/);
});

test('what a running 4.15.1 delivered is a chain without a gap', async () => {
  const { redis, keys } = await listening();
  const desk = new DeskEvents(redis, keys, { accountId: 5, rememberForMs: DAY_MS });
  const path = new URL('../contract/webhooks-4.15.1.json', import.meta.url);
  const { deliveries } = JSON.parse(readFileSync(path, 'utf8')) as {
    deliveries: { body: string; headers: Record<string, string> }[];
  };
  const verdicts = [];
  for (const { body, headers } of [...deliveries, deliveries.at(-1)!])
    verdicts.push(await desk.hear('desk', { method: 'POST', path: '/', headers, body: Buffer.from(body) }));
  assert.deepEqual(verdicts, [...Array(6).fill('news'), 'duplicates']);
});
