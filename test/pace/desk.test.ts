import assert from 'node:assert/strict';
import { after, before, type TestContext, test } from 'node:test';
import type { DeskRequest } from '../../src/chatwoot/answer.ts';
import { ChatwootClient } from '../../src/chatwoot/client.ts';
import { ContactRequests } from '../../src/chatwoot/contacts.ts';
import { healthOf } from '../../src/chatwoot/health.ts';
import { Desk, type SendOptions, type Sent } from '../../src/pace/desk.ts';
import type { Waiting } from '../../src/pace/gate.ts';
import { Limiter } from '../../src/pace/limiter.ts';
import { callOf } from '../../src/pace/tally.ts';
import { keysOf } from '../../src/redis/keys.ts';
import type { Call } from '../../src/run/summary.ts';
import type { SandboxOptions } from '../../src/sandbox/options.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { startSandbox } from '../../src/sandbox/server.ts';
import { answer, fault } from '../chatwoot/answers.ts';
import { startTestRedis, type TestRedis } from '../redis/server.ts';

let server: TestRedis;
before(async () => {
  server = await startTestRedis();
});
after(() => server.stop());

const WINDOW_MS = 400;

interface World {
  sandbox: Sandbox;
  limiter: Limiter;
  desk: Desk;
  calls: Call[];
  waits: (Waiting | null)[];
  put(contact: number, more?: Partial<SendOptions>): Promise<Sent | null>;
  puts(): number;
}

async function worldFor(t: TestContext, options: SandboxOptions = {}): Promise<World> {
  const sandbox = await startSandbox({ token: 'T', contacts: 20, windowMs: WINDOW_MS, ...options });
  const client = new ChatwootClient({ baseUrl: sandbox.url, token: 'T', timeoutMs: 300 });
  t.after(async () => {
    client.close();
    await sandbox.close();
  });
  const limiter = new Limiter(server.client(), keysOf(sandbox.url, 1).tag, {
    account: 1,
    firstStepMs: 30,
    longestStepMs: 60,
    windowMs: WINDOW_MS,
    probeMs: 500,
    random: () => 0,
  });
  await limiter.setRate(4000, 'always');
  const calls: Call[] = [];
  const waits: (Waiting | null)[] = [];
  const desk = new Desk(client, limiter, {
    windowMs: WINDOW_MS,
    inFlight: 5,
    onWaiting: (one) => void waits.push(one),
  });
  const requests = new ContactRequests(1);
  return {
    sandbox,
    limiter,
    desk,
    calls,
    waits,
    put: (contact, more) => {
      const request = requests.update(String(contact), '{"name":"New"}', `c${contact}`);
      const given = { fields: () => ['name'], subject: String(contact), onCall: (call: Call) => void calls.push(call) };
      return desk.send(async () => request, { ...given, ...more });
    },
    puts: () => sandbox.counts.byRoute['PUT contacts/:id'] ?? 0,
  };
}

function reasonOf(sent: Sent | null): string {
  assert.ok(sent !== null);
  return sent.verdict.type === 'ok' ? 'ok' : sent.verdict.reason;
}

test('a request that is accepted costs one call, which is counted with its desk time', async (t) => {
  const w = await worldFor(t);
  const before = Date.now();
  const sent = await w.put(1);
  assert.equal(reasonOf(sent), 'ok');
  assert.ok(sent!.at >= before - 5 && sent!.at <= Date.now() + 5);
  assert.equal(w.calls.length, 1);
  assert.deepEqual([w.calls[0]!.kind, w.calls[0]!.status, w.calls[0]!.rateLimited], ['update', 200, false]);
  assert.equal(w.calls[0]!.deskMs, sent!.deskMs);
  assert.deepEqual(w.waits, []);
});

test('nothing to send costs neither a call nor a slot', async (t) => {
  const w = await worldFor(t);
  assert.equal(await w.desk.send(async () => null, { onCall: () => assert.fail() }), null);
  assert.equal((await w.limiter.state()).count, 0);
});

test('a refusal for good is handed back at once', async (t) => {
  const w = await worldFor(t);
  assert.equal(reasonOf(await w.put(999)), 'contact-gone');
  assert.equal(w.calls.length, 1);
});

test('a 429 is waited out by everybody until the next window, and no row hears of it', async (t) => {
  const w = await worldFor(t, { rateLimit: 5 });
  // More than two windows let through: whenever they begin, one of them is too many.
  const sent = await Promise.all(Array.from({ length: 12 }, (_, i) => w.put(i + 1)));
  assert.deepEqual(sent.map(reasonOf), Array(12).fill('ok'));
  assert.ok(w.calls.some(({ rateLimited }) => rateLimited));
  assert.equal(w.calls.filter(({ status }) => status === 200).length, 12);
  assert.equal(w.waits[0]!.cause, 'rate-limited');
  assert.equal(w.waits.at(-1), null, 'it says when it goes on');
});

test('an outage holds everybody, one tries, and all go on', async (t) => {
  const w = await worldFor(t);
  w.sandbox.outage(150, 503);
  const sent = await Promise.all(Array.from({ length: 8 }, (_, i) => w.put(i + 1)));
  assert.deepEqual(sent.map(reasonOf), Array(8).fill('ok'));
  assert.ok(w.puts() - 8 <= 5 + 6, `${w.puts() - 8} calls into the outage`);
  const wait = w.waits.find((one) => one !== null)!;
  assert.deepEqual([wait.cause, wait.detail], ['outage', 'HTTP 503']);
  assert.ok(wait.sinceMs !== null);
});

test('connections that are cut are an outage, when GET /api is cut too', async (t) => {
  const w = await worldFor(t);
  w.sandbox.outage(100, 'refuse');
  assert.equal(reasonOf(await w.put(1)), 'ok');
  assert.ok(w.waits.some((one) => one?.cause === 'outage'));
});

test('a refused token holds the fleet until it works again', async (t) => {
  const w = await worldFor(t);
  w.sandbox.revokeToken();
  const sending = w.put(1);
  while (w.waits.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.deepEqual([w.waits[0]!.cause, w.waits[0]!.detail], ['token-refused', 'Invalid Access Token']);
  w.sandbox.restoreToken();
  assert.equal(reasonOf(await sending), 'ok');
});

test('a server error of one row is that row’s, when GET /api says that all is well', async (t) => {
  const w = await worldFor(t);
  w.sandbox.faults.add({ match: { contactId: 1 }, effect: { kind: 'status', status: 500 } });
  assert.equal(reasonOf(await w.put(1)), 'server-error');
  assert.deepEqual(
    w.calls.map(({ kind }) => kind),
    ['update', 'other'],
  );
  assert.equal((await w.limiter.state()).cause, null);
});

for (const [effect, reason] of [
  [{ kind: 'hang' }, 'timed-out'],
  [{ kind: 'reset' }, 'connection-lost'],
  [{ kind: 'html', status: 200 }, 'not-an-answer'],
] as const) {
  test(`one ${effect.kind} is that row's as well: ${reason}`, async (t) => {
    const w = await worldFor(t);
    w.sandbox.faults.add({ match: { contactId: 1 }, effect });
    assert.equal(reasonOf(await w.put(1)), reason);
  });
}

test('a server error is nobody’s fault while GET /api says that a part is failing', async (t) => {
  const w = await worldFor(t);
  w.sandbox.breakPart('redis');
  const sending = w.put(1);
  while (w.waits.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.deepEqual([w.waits[0]!.cause, w.waits[0]!.detail], ['outage', 'GET /api says queue_services failing']);
  w.sandbox.breakPart(null);
  assert.equal(reasonOf(await sending), 'ok');
});

test('three different rows in a row that fail are an outage, though GET /api says that all is well', async (t) => {
  const w = await worldFor(t);
  w.sandbox.faults.add({ match: { method: 'PUT' }, effect: { kind: 'status', status: 500 }, times: 4 });
  assert.equal(reasonOf(await w.put(1)), 'server-error');
  assert.equal(reasonOf(await w.put(2)), 'server-error');
  assert.equal(reasonOf(await w.put(3)), 'ok', 'it was waited out');
  assert.ok(w.waits.some((one) => one?.cause === 'outage' && /contacts in a row failed/.test(one.detail)));
});

test('rows that fail with others that go well in between are no outage', async (t) => {
  const w = await worldFor(t);
  w.sandbox.faults.add({
    match: { path: /contacts\/(1|2|3)\?/ },
    effect: { kind: 'status', status: 500 },
    times: 'always',
  });
  for (const contact of [1, 11, 2, 12, 3, 13]) {
    assert.equal(reasonOf(await w.put(contact)), contact < 10 ? 'server-error' : 'ok');
  }
  assert.deepEqual(w.waits, []);
});

test('what is to be sent is asked for again after a wait, and may have gone', async (t) => {
  const w = await worldFor(t);
  await w.limiter.trip('outage', 100, Date.now());
  const request: DeskRequest = { kind: 'other', method: 'GET', path: '/api', requestId: 'x' };
  const answers = [request, null];
  assert.equal(await w.desk.send(async () => answers.shift() ?? null, { onCall: () => assert.fail() }), null);
  assert.deepEqual(answers, []);
});

test('a call whose job was lost while it waited is not sent', async (t) => {
  const w = await worldFor(t);
  await w.put(1);
  await w.limiter.trip('rate-limited', 100, Date.now());
  let lost = false;
  const fence = async () => {
    if (lost) throw new Error('lost');
  };
  const sending = w.put(2, { fence });
  while (w.waits.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  lost = true;
  await assert.rejects(sending, /lost/);
  assert.equal(w.puts(), 1);
});

test('stopping ends the wait', async (t) => {
  const w = await worldFor(t);
  await w.limiter.pause();
  const stop = new AbortController();
  const sending = w.put(1, { signal: stop.signal });
  while (w.waits.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(w.waits[0]!.cause, 'paused');
  stop.abort(new Error('stopping'));
  await assert.rejects(sending, (error: Error) => error.name === 'AbortError' || error.message === 'stopping');
  await assert.rejects(w.put(1, { signal: stop.signal }), /stopping/);
  assert.equal(w.puts(), 0);
});

test('no more calls are in flight than this process may have', async (t) => {
  const w = await worldFor(t, { latencyMs: 20 });
  await Promise.all(Array.from({ length: 20 }, (_, i) => w.put(i + 1)));
  assert.equal(w.sandbox.maxInFlight, 5);
});

const HEALTH = [
  [answer({ text: '{"queue_services":"ok","data_services":"ok"}' }), 'well'],
  [answer({ text: '{}' }), 'well'],
  [answer({ text: '{"queue_services":"failing","data_services":"ok"}' }), 'GET /api says queue_services failing'],
  [
    answer({ text: '{"queue_services":"failing","data_services":"failing"}' }),
    'GET /api says queue_services and data_services failing',
  ],
  [answer({ status: 503 }), 'GET /api: HTTP 503'],
  [answer({ status: 404 }), 'GET /api: HTTP 404'],
  [answer({ text: '<html>' }), 'GET /api: no JSON'],
  [answer({ text: 'null' }), 'GET /api: no JSON'],
  [fault('unreachable', 'ECONNREFUSED'), 'GET /api: ECONNREFUSED'],
] as const;
for (const [outcome, words] of HEALTH) {
  test(`the health of the desk: ${words}`, () => assert.equal(healthOf(outcome), words));
}

test('the books see a call without an answer too', () => {
  assert.deepEqual(callOf('update', fault('reset')), {
    kind: 'update',
    deskMs: null,
    status: null,
    rateLimited: false,
  });
  assert.equal(callOf('filter', answer({ status: 429 })).rateLimited, true);
});
