import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { outcomesIn, type Rig, type Running, rig, until } from './rig.ts';

const SECRET = 'whsec_not_really';

const CONFIG = `
sources:
  app:
    preset: generic
    verify: { scheme: none }
    match: [email]
  shop:
    preset: json
    json: { id: id, observed_at: at, subject: customer, deleted: { path: gone, equals: true }, values: { mail: mail, plan: plan } }
    verify: { scheme: stripe, secrets: ['env:SHOP_SECRET'], header: x-signature }
    map: { mail: email, plan: custom_attributes.tier }
`;

interface Serving extends Rig {
  /** Sends a delivery and returns the status it was answered with. */
  post(source: string, body: string | object, headers?: Record<string, string>): Promise<number>;
  serving: Running;
}

interface Setting {
  args?: string[];
  config?: string;
  contacts?: number;
  latencyMs?: number;
}

async function served(t: TestContext, setting: Setting = {}): Promise<Serving> {
  const { args = [], config = CONFIG, contacts = 20, latencyMs = 0 } = setting;
  const made = await rig(t, { sandbox: { contacts, latencyMs }, redis: 'appendonly' });
  made.file('contact-sync.yaml', config);
  const env = { SHOP_SECRET: SECRET };
  const serving = made.start(['serve', '--port', '0', ...args], { env });
  return { ...made, serving, post: posting(serving) };
}

function posting(serving: Running): Serving['post'] {
  return async (source, body, headers = {}) => {
    let url: string | undefined;
    await until('serve listens', () => {
      url = /listening on (http:\S+)/.exec(serving.stderr())?.[1];
      return url !== undefined;
    });
    const response = await fetch(`${url}/webhooks/${source}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    await response.text();
    return response.status;
  };
}

function signed(body: string, atMs = Date.now(), secret = SECRET): Record<string, string> {
  const seconds = Math.floor(atMs / 1000);
  const digest = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
  return { 'x-signature': `t=${seconds},v1=${digest}` };
}

function upserted(id: string, email: string, name: string, occurredAt = new Date().toISOString()): object {
  return { id, type: 'contact.upserted', occurredAt, contact: { externalId: `x-${email}`, email, name } };
}

const puts = (serving: Serving) => serving.sandbox.requests.filter(({ method }) => method === 'PUT').length;

test('an event becomes a write; sent again it is a duplicate; an older one is stale; the day has a report', async (t) => {
  const serving = await served(t);
  const { sandbox, post, run } = serving;
  const now = Date.now();
  assert.equal(await post('app', upserted('e1', 'contact1@example.com', 'Newest', new Date(now).toISOString())), 200);
  await until('it is written', () => sandbox.contacts.get(1)?.name === 'Newest');
  assert.equal(await post('app', upserted('e1', 'contact1@example.com', 'Newest', new Date(now).toISOString())), 200);
  const before = new Date(now - 60_000).toISOString();
  assert.equal(await post('app', upserted('e0', 'contact1@example.com', 'Older', before)), 200);
  const day = `run_${new Date(now).toISOString().slice(0, 10).replaceAll('-', '')}_app`;
  await until('the older one has its outcome', async () => {
    const { stdout } = await run(['status', day, '--json']);
    return stdout !== '' && JSON.parse(stdout).runs[0].outcomes.stale === 1;
  });
  assert.equal(sandbox.contacts.get(1)?.name, 'Newest');
  assert.equal(puts(serving), 1);
  serving.serving.child.kill('SIGTERM');
  assert.equal((await serving.serving.ended).code, 143);
  const { report_dir: dir } = JSON.parse((await run(['report', day, '--json'])).stdout);
  const outcomes = outcomesIn(dir).map(({ outcome, reason, line }) => [outcome, reason, line]);
  assert.deepEqual(outcomes, [
    ['updated', null, 1],
    ['stale', 'older-than-written', 2],
  ]);
});

test('a delivery that is not authentic is answered 401, and nothing of it is kept', async (t) => {
  const { post, redis, serving } = await served(t);
  const body = JSON.stringify({ id: 'c1', at: Date.now(), customer: 'k1', mail: 'contact2@example.com', plan: 'gold' });
  assert.equal(await post('shop', body, signed(body, Date.now(), 'another')), 401);
  assert.equal(await post('shop', body, signed(body, Date.now() - 6 * 60_000)), 401);
  assert.equal(await post('shop', body, signed(body, Date.now() + 6 * 60_000)), 401);
  assert.equal(await post('shop', body), 401);
  assert.equal(await post('nobody', body), 404);
  const client = redis!.client();
  const keys = await client.keys('*');
  assert.deepEqual(
    keys.filter((key) => /:(seen|in|run|quarantine)/.test(key)),
    [],
  );
  const counters = await client.hgetall(keys.find((key) => key.endsWith(':source:shop'))!);
  assert.deepEqual(counters, { unauthentic: '4' });
  assert.doesNotMatch(serving.stderr(), /contact2@example.com|gold/);
  assert.equal(await post('shop', body, signed(body)), 200);
});

test('what cannot be used is kept, listed, and replayed once the mapping is mended', async (t) => {
  const { file, post, run, sandbox, serving } = await served(t);
  const customer = sandbox.contacts.get(3)!.identifier;
  const body = JSON.stringify({ id: 'c1', at: Date.now(), customer, plan: 'gold' });
  assert.equal(await post('shop', body, signed(body)), 200);
  const broken = '{"id": "c2", ';
  assert.equal(await post('shop', broken, signed(broken)), 200);
  const listed = JSON.parse((await run(['events', 'list', '--json'])).stdout).events;
  assert.deepEqual(
    listed.map(({ source, reason }: { source: string; reason: string }) => [source, reason]),
    [
      ['shop', 'no-match-key'],
      ['shop', 'event-unusable'],
    ],
  );
  const shown = JSON.parse((await run(['events', 'show', listed[0].id])).stdout);
  assert.equal(shown.event.content.values.plan, 'gold');
  file('contact-sync.yaml', CONFIG.replace('map: { mail: email,', 'map: { id: identifier,'));
  const env = { SHOP_SECRET: SECRET };
  const replayed = await run(['events', 'replay', '--reason', 'no-match-key', '--since', '1h', '--json'], { env });
  assert.deepEqual(JSON.parse(replayed.stdout), { replayed: 1 }, replayed.stderr);
  await until('it is written', () => sandbox.contacts.get(3)?.custom_attributes.tier === 'gold');
  assert.equal(JSON.parse((await run(['events', 'list', '--json'])).stdout).events.length, 1);
  assert.equal(serving.child.exitCode, null);
});

test('a deletion is noted: what is older comes to nothing, what is newer is written', async (t) => {
  const { post, run, sandbox } = await served(t);
  const now = Date.now();
  const send = (event: object) => {
    const body = JSON.stringify(event);
    return post('shop', body, signed(body));
  };
  await send({ id: 'd', at: now - 1000, customer: 'k4', gone: true });
  await send({ id: 'o', at: now - 2000, customer: 'k4', mail: 'contact4@example.com', plan: 'older' });
  await send({ id: 'n', at: now, customer: 'k4', mail: 'contact4@example.com', plan: 'newer' });
  await until('the newer one is written', () => sandbox.contacts.get(4)?.custom_attributes.tier === 'newer');
  const day = `run_${new Date(now).toISOString().slice(0, 10).replaceAll('-', '')}_shop`;
  await until('all have their outcome', async () => {
    const { stdout } = await run(['status', day, '--json']);
    const { outcomes } = JSON.parse(stdout).runs[0];
    return outcomes.skipped === 1 && outcomes.stale === 1 && outcomes.updated === 1;
  });
});

test('serve --no-work leaves events to workers', async (t) => {
  const { post, run, sandbox, start } = await served(t, { args: ['--no-work'] });
  assert.equal(await post('app', upserted('e1', 'contact5@example.com', 'By event')), 200);
  assert.equal(sandbox.requests.filter(({ method }) => method === 'PUT').length, 0);
  const working = start(['work']);
  await until('it is written', () => sandbox.contacts.get(5)?.name === 'By event');
  working.child.kill('SIGTERM');
  await working.ended;
  assert.equal((await run(['status'])).code, 0);
});

test('a hundred events for one contact within a second make at most two writes, and the last word is right', async (t) => {
  const serving = await served(t);
  const { sandbox, post } = serving;
  const now = Date.now();
  const sends: Promise<number>[] = [];
  for (let i = 0; i < 100; i++) {
    sends.push(post('app', upserted(`b${i}`, 'contact6@example.com', `Name ${i}`, new Date(now + i).toISOString())));
    await sleep(8);
  }
  assert.deepEqual(new Set(await Promise.all(sends)), new Set([200]));
  await until('the last is written', () => sandbox.contacts.get(6)?.name === 'Name 99');
  assert.ok(puts(serving) <= 2, `${puts(serving)} writes`);
});

test('an event overtakes a file, and the file goes on while events flood in', async (t) => {
  const config = `concurrency: 1\n${CONFIG}`;
  const serving = await served(t, { config, contacts: 200, latencyMs: 25 });
  const { sandbox, post, run, file } = serving;
  const rows = Array.from({ length: 100 }, (_, i) => `contact${i + 1}@example.com,By file`);
  file('rows.csv', ['email,name', ...rows].join('\n'));
  const enqueued = await run(['enqueue', 'rows.csv']);
  assert.equal(enqueued.code, 0, enqueued.stderr);
  await until('the file is being written', () => puts(serving) >= 5);
  const before = puts(serving);
  assert.equal(await post('app', upserted('e1', 'contact150@example.com', 'By event')), 200);
  await until('the event is written', () => sandbox.contacts.get(150)?.name === 'By event');
  assert.ok(puts(serving) - before < 15, `${puts(serving) - before} writes went before it`);
  const ofFile = () => rows.filter((_, i) => sandbox.contacts.get(i + 1)?.name === 'By file').length;
  const from = ofFile();
  for (let i = 0; i < 40; i++) await post('app', upserted(`f${i}`, `contact${151 + i}@example.com`, `Flood ${i}`));
  await until('the file goes on', () => ofFile() > from + 3);
});

test('serve begins while Chatwoot is away: what comes is kept, and written when it is back', async (t) => {
  const first = await served(t);
  assert.equal(await first.post('app', upserted('e1', 'contact7@example.com', 'Before')), 200);
  await until('it is written', () => first.sandbox.contacts.get(7)?.name === 'Before');
  first.serving.child.kill('SIGTERM');
  await first.serving.ended;
  first.sandbox.outage(4000, 502);
  const second = first.start(['serve', '--port', '0'], { env: { SHOP_SECRET: SECRET } });
  assert.equal(await posting(second)('app', upserted('e2', 'contact7@example.com', 'Meanwhile')), 200);
  await until('it is written', () => first.sandbox.contacts.get(7)?.name === 'Meanwhile');
  assert.match(second.stderr(), /cannot be reached .* Events are taken in meanwhile\./);
});

test('a port that is taken is a sentence, and the process ends', async (t) => {
  const { sandbox, start } = await served(t);
  const port = new URL(sandbox.url).port;
  const { code, stderr } = await start(['serve', '--port', port], { env: { SHOP_SECRET: SECRET } }).ended;
  assert.equal(code, 3);
  assert.match(stderr, /Port \d+ cannot be listened on \(EADDRINUSE\)\. Give another: --port\./);
});

test('faults of the sources are said at once, and serve without a source is refused', async (t) => {
  const made = await rig(t, {});
  const none = await made.run(['serve']);
  assert.equal(none.code, 2);
  assert.match(none.stderr, /No source is configured/);
  made.file('contact-sync.yaml', CONFIG);
  const unset = await made.run(['serve']);
  assert.equal(unset.code, 2);
  assert.match(unset.stderr, /sources\.shop\.verify\.secrets\.0: the variable SHOP_SECRET is not set/);
});
