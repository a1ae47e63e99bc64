import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startTestRedis, type TestRedis } from '../redis/server.ts';
import { outboundMessage } from '../source/webhook/outbound-message.ts';
import { NOW } from '../source/webhook/verify/fixture.ts';
import { type Sender, type Serving, serving, stored } from './serving.ts';

const SECRET = 'not-to-be-guessed-20';
const none = { scheme: 'none' };

const SENDERS: Sender[] = [
  {
    name: 'sf',
    preset: 'salesforce',
    settings: { scheme: 'path-secret', secrets: [SECRET], organization_id: '00D000000000001' },
  },
  { name: 'zoho', preset: 'zoho', settings: { scheme: 'body-token', secrets: [SECRET] } },
  { name: 'app', preset: 'generic', settings: none, rate: 2 },
  { name: 'segment', preset: 'segment', settings: none, rate: 2 },
  { name: 'intercom', preset: 'intercom', settings: none, rate: 2 },
];

let server: TestRedis;
let served: Serving;
let clock = NOW;

before(async () => {
  server = await startTestRedis();
  served = await serving(server, SENDERS, () => clock);
});
after(async () => {
  await served.stop();
  await server.stop();
});

async function post(path: string, body: string, type = 'application/json') {
  const url = `http://127.0.0.1:${served.port}/webhooks/${path}`;
  const answer = await fetch(url, { method: 'POST', headers: { 'content-type': type }, body });
  return { status: answer.status, text: await answer.text(), retryAfter: answer.headers.get('retry-after') };
}

test('an outbound message of another organisation is 401 and nothing of it is stored', async () => {
  const empty = await stored(served.room);
  const other = await post(`sf/${SECRET}`, outboundMessage('00D000000000002EAA'), 'text/xml');
  assert.deepEqual([other.status, other.text], [401, 'unauthorized\n']);
  assert.deepEqual(await stored(served.room), empty);
  const own = await post(`sf/${SECRET}`, outboundMessage('00D000000000001EAA'), 'text/xml');
  assert.equal(own.status, 200);
  assert.match(own.text, /<Ack>true<\/Ack>/);
  assert.deepEqual(await served.store.counters('sf'), { unauthentic: 1, taken: 1 });
  assert.deepEqual(
    served.notes.filter(({ source }) => source === 'sf').map(({ result, why }) => [result, why]),
    [
      ['unauthentic', 'other-organization'],
      ['taken', undefined],
    ],
  );
});

test("Zoho's token in the body is asked for, and not kept", async () => {
  const form = (token: string) => `id=4150868000000624001&Email=a%40x.test&Full_Name=Ada&token=${token}`;
  const type = 'application/x-www-form-urlencoded';
  const empty = await stored(served.room);
  assert.equal((await post('zoho', form('guessed'), type)).status, 401);
  assert.deepEqual(await stored(served.room), empty);
  assert.equal((await post('zoho', form(SECRET), type)).status, 200);
  const notification = { module: 'Contacts', operation: 'update', ids: ['4150868000000624001'], token: SECRET };
  assert.equal((await post('zoho', JSON.stringify(notification))).status, 200);
  assert.deepEqual(await served.store.counters('zoho'), { unauthentic: 1, taken: 2 });
  const { redis } = served.room;
  // A dump would else be packed, and the token could hide in it.
  await redis.config('SET', 'rdbcompression', 'no');
  const held = await Promise.all((await redis.keys('*')).map((name) => redis.dumpBuffer(name)));
  assert.ok(!held.some((bytes) => bytes!.includes(SECRET)));
});

test('over its rate a sender that heeds 429 is told so; a CRM is answered 503, which it comes back after', async () => {
  for (const [name, status] of [
    ['app', 429],
    ['segment', 503],
    ['intercom', 503],
  ] as const) {
    clock = NOW;
    const answers = [await post(name, '{}'), await post(name, '{}'), await post(name, '{}')];
    assert.deepEqual(
      answers.map((answer) => answer.status),
      [200, 200, status],
      name,
    );
    const wait = Number(answers[2]!.retryAfter);
    assert.ok(status === 429 ? wait >= 1 && wait < 10 : wait >= 15 && wait < 60, `${name}: ${wait}`);
    assert.equal((await served.store.counters(name)).overloaded, 1);
    clock = NOW + 1000;
    assert.equal((await post(name, '{}')).status, 200, 'each second is counted anew');
  }
});
