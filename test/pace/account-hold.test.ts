import assert from 'node:assert/strict';
import { after, before, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ChatwootClient } from '../../src/chatwoot/client.ts';
import { ContactRequests } from '../../src/chatwoot/contacts.ts';
import { Desk } from '../../src/pace/desk.ts';
import type { Waiting } from '../../src/pace/gate.ts';
import { keysOf } from '../../src/redis/keys.ts';
import { startSandbox } from '../../src/sandbox/server.ts';
import { startTestRedis, type TestRedis } from '../redis/server.ts';
import { granted, limiterOf, newTag, refused } from './fleet.ts';

let redis: TestRedis;
before(async () => {
  redis = await startTestRedis();
});
after(() => redis.stop());

/** Two accounts of one desk. */
function pair() {
  const tag = newTag();
  return [1, 2].map((account) => limiterOf(redis, tag, { account })) as [
    ReturnType<typeof limiterOf>,
    ReturnType<typeof limiterOf>,
  ];
}

test('a refused token holds its account, with one caller that tries again, and no other', async () => {
  const [dead, well] = pair();
  const { holdUntil } = await dead.trip('token-refused', null, Date.now());
  assert.equal(refused(await dead.acquire('update')).cause, 'token-refused');
  assert.deepEqual([(await dead.state()).cause, await dead.held()], ['token-refused', true]);
  assert.equal(granted(await well.acquire('update')).probe, false);
  assert.deepEqual([(await well.state()).cause, await well.held()], [null, false]);
  await sleep(holdUntil - Date.now() + 5);
  assert.equal(granted(await dead.acquire('update')).probe, true);
  assert.equal(refused(await dead.acquire('update')).cause, 'token-refused');
  assert.equal(granted(await well.acquire('update')).probe, false);
  await dead.clear();
  assert.equal(granted(await dead.acquire('update')).probe, false);
});

test('an outage and a 429 hold every account of the desk', async () => {
  for (const cause of ['outage', 'rate-limited'] as const) {
    const [one, other] = pair();
    await one.trip(cause, 200, Date.now());
    assert.equal(refused(await other.acquire('update')).cause, cause);
    assert.equal((await other.state()).cause, cause);
  }
});

test('a pause of one account stays one, and survives that of the whole desk', async () => {
  const [one, other] = pair();
  await one.pause('account');
  assert.equal(refused(await one.acquire('update')).cause, 'paused');
  granted(await other.acquire('update'));
  await other.pause('desk');
  assert.equal(refused(await other.acquire('update')).cause, 'paused');
  await one.resume('account');
  assert.equal(refused(await one.acquire('update')).cause, 'paused', 'the desk is');
  await one.pause('account');
  await other.resume('desk');
  granted(await other.acquire('update'));
  assert.equal(refused(await one.acquire('update')).cause, 'paused');
});

/** Two accounts of one sandbox, each with a token of its own: that of the administrator, and of an agent of both. */
async function desks(t: TestContext) {
  const sandbox = await startSandbox({ token: 'T', contacts: 50, also: [5] });
  const made = [
    [1, 'T'],
    [5, 'T-agent'],
  ].map(([account, token]) => {
    const client = new ChatwootClient({ baseUrl: sandbox.url, token: String(token), timeoutMs: 500 });
    const limiter = limiterOf(redis, keysOf(sandbox.url, 1).tag, { account: Number(account) });
    const waits: (Waiting | null)[] = [];
    const options = { windowMs: 60_000, inFlight: 2, onWaiting: (one: Waiting | null) => void waits.push(one) };
    const desk = new Desk(client, limiter, options);
    const requests = new ContactRequests(Number(account));
    const put = (contact: number) => {
      const request = requests.update(String(contact), '{"name":"New"}', `c${contact}`);
      return desk.send(async () => request, { subject: String(contact), onCall: () => undefined });
    };
    t.after(() => client.close());
    return { limiter, waits, put };
  });
  t.after(() => sandbox.close());
  await made[0]!.limiter.setRate(60_000, 'always');
  const [first, second] = made as [(typeof made)[0], (typeof made)[0]];
  return { sandbox, first, second };
}

test('while one token is refused the other account goes on, and the first with its token again', async (t) => {
  const { sandbox, first, second } = await desks(t);
  sandbox.revokeToken();
  const waiting = first.put(1);
  for (let contact = 1; contact <= 20; contact += 1) assert.equal((await second.put(contact))?.verdict.type, 'ok');
  assert.deepEqual(second.waits, []);
  assert.equal(first.waits.at(-1)?.cause, 'token-refused');
  sandbox.restoreToken();
  assert.equal((await waiting)?.verdict.type, 'ok');
  assert.equal(sandbox.contactsOf(5).get(20)?.name, 'New');
  assert.notEqual(sandbox.contacts.get(20)?.name, 'New');
});

test('a caller that tries a desk out and has its token refused leaves the desk to the others', async (t) => {
  const { sandbox, first, second } = await desks(t);
  const { holdUntil } = await first.limiter.trip('outage', 50, Date.now());
  sandbox.revokeToken();
  await sleep(holdUntil - Date.now() + 5);
  const waiting = first.put(1);
  while (first.waits.at(-1)?.cause !== 'token-refused') await sleep(5);
  assert.equal((await second.put(1))?.verdict.type, 'ok');
  assert.equal((await second.limiter.state()).cause, null);
  sandbox.restoreToken();
  await waiting;
});
