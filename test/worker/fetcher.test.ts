import assert from 'node:assert/strict';
import { after, before, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { EventSource } from '../../src/events/source.ts';
import { EventStore } from '../../src/events/store.ts';
import { ThinEvents } from '../../src/events/thin.ts';
import { RecordClient } from '../../src/fetch/client.ts';
import { recordValues } from '../../src/fetch/record-values.ts';
import { FetchJobs } from '../../src/queue/fetch-jobs.ts';
import type { WebhookEvent } from '../../src/source/webhook/event.ts';
import { presetOf } from '../../src/source/webhook/presets/preset.ts';
import { verifierOf } from '../../src/source/webhook/verify/verify.ts';
import { Fetcher } from '../../src/worker/fetcher.ts';
import { type Crm, type CrmAnswer, startCrm } from '../fetch/crm.ts';
import { OPTIONS, type Room, roomIn } from '../queue/room.ts';
import { startTestRedis, type TestRedis } from '../redis/server.ts';

let server: TestRedis;

before(async () => {
  server = await startTestRedis();
});
after(() => server.stop());

const TOKEN = 'Bearer secret-token';

interface World extends Room {
  crm: Crm;
  jobs: FetchJobs;
  thin: ThinEvents;
  /** Takes an event of each id, and gives them jobs. */
  take: (...ids: string[]) => Promise<void>;
  /** Starts a process that fetches. */
  begin: (attempts?: number) => Fetcher;
  /** Waits until so many rows have ended or wait for their look-up; row, outcome and reason of those that ended. */
  settled: (n: number) => Promise<unknown[][]>;
}

async function world(t: TestContext, answer: Crm['answer'], source = 'crm', room = roomIn(server)): Promise<World> {
  const crm = await startCrm(t, answer);
  const { redis, keys, ledger, runs } = room;
  const mapping = new EventSource({
    name: source,
    preset: presetOf('hubspot'),
    verifier: verifierOf({ scheme: 'none', insecure: true }, undefined),
    match: ['email'],
    map: {},
    fetches: true,
  });
  const file = { path: `webhook:${source}`, file: '', sha256: '', rows: 0, kind: 'changes' as const };
  await runs.open(source, 'serve', { ...OPTIONS, events: true }, file);
  const store = new EventStore(redis, keys, ledger);
  const thin = new ThinEvents(redis, keys, ledger, mapping);
  const jobs = new FetchJobs(redis, keys, source);
  const url = `${crm.url}/contacts/{id}`;
  const client = new RecordClient({ url, headers: { authorization: TOKEN }, timeoutMs: 3000, allowPrivate: true });
  const reading = { values: '$.properties', preset: mapping.preset, mapped: mapping.names };
  const log = pino({ level: 'info' }, { write: (text) => void room.lines.push(JSON.parse(text)) });
  const begun: Fetcher[] = [];
  t.after(async () => {
    for (const fetcher of begun) await fetcher.stop(false);
    await jobs.close();
    client.close();
  });
  return {
    ...room,
    crm,
    jobs,
    thin,
    async take(...ids) {
      const events = ids.map((id): WebhookEvent => {
        return { key: `k${id}`, observedAt: 1000, subject: id, content: { type: 'thin', id } };
      });
      await jobs.add((await store.take(mapping, source, events, undefined))!.thin);
    },
    begin(attempts = 4) {
      const fetcher = new Fetcher({
        source,
        redis,
        keys,
        thin,
        jobs,
        ask: (id, signal) => client.ask(id, signal),
        valuesIn: (document, id) => recordValues(document, id, reading),
        definitions: async () => undefined,
        onBatches: async () => undefined,
        attempts,
        rate: 200,
        pauses: { firstMs: 20, longestMs: 100 },
        sourcePauses: { firstMs: 100, longestMs: 200 },
        random: () => 0,
        now: Date.now,
        log,
      });
      begun.push(fetcher);
      return fetcher;
    },
    async settled(n) {
      const end = Date.now() + 8000;
      for (;;) {
        const left = await thin.size();
        const { rows } = (await runs.get(source))!;
        if (rows - left >= n) {
          const entries = await runs.outcomes(source, 100);
          return entries.map((text) => JSON.parse(text) as unknown[]).map((e) => [e[0], e[3], e[4]]);
        }
        if (Date.now() > end) throw new Error(`${left} of ${rows} rows still wait`);
        await sleep(10);
      }
    },
  };
}

const record = (email: string): CrmAnswer => ({ body: { properties: { email, phone: '+491511234567' } } });

test('a CRM that fails twice is asked a third time; its record is looked up; nothing of it is in the log', async (t) => {
  const w = await world(t, (n) => (n < 2 ? { status: 500 } : record('a@x.test')));
  await w.take('4711');
  w.begin();
  assert.deepEqual(await w.settled(1), [], 'its row goes on to the look-up');
  assert.deepEqual(
    w.crm.requests.map(({ path, headers }) => [path, headers.authorization]),
    Array.from({ length: 3 }, () => ['/contacts/4711', TOKEN]),
  );
  const [batch] = await w.redis.zrange(w.keys.batches, '0', '-1');
  const rows = (await w.intake.load(batch!))!.rows;
  assert.deepEqual(
    rows.map(({ patch }) => patch),
    [{ email: '"a@x.test"', phone_number: '"+491511234567"' }],
  );
  assert.deepEqual(
    w.lines.filter(({ event }) => event === 'fetch.retry').map(({ attempt, why, line }) => [attempt, why, line]),
    [1, 2].map((attempt) => [attempt, 'the CRM answered with status 500', 1]),
  );
  assert.doesNotMatch(JSON.stringify(w.lines), /4711|secret|x\.test|127\.0\.0\.1/);
});

test('gone, unreadable, redirected, and failing for good: each row has its one outcome', async (t) => {
  const other = await startCrm(t, () => record('a@x.test'));
  const answers: Record<string, CrmAnswer> = {
    gone: { status: 404 },
    garbage: { body: '{"properties": ' },
    list: { body: { properties: [] } },
    moved: { status: 301, headers: { location: `${other.url}/moved` } },
    ill: { status: 503 },
    keyless: { body: { properties: { phone: '+491511234567' } } },
  };
  const ids = Object.keys(answers);
  const w = await world(t, (_n, path) => answers[path.split('/').at(-1)!]!);
  await w.take(...ids);
  w.begin(2);
  const settled = (await w.settled(ids.length)).sort((a, b) => Number(a[0]) - Number(b[0]));
  assert.deepEqual(settled, [
    [0, 'skipped', 'deleted-at-source'],
    [1, 'invalid', 'fetch-failed'],
    [2, 'invalid', 'fetch-failed'],
    [3, 'invalid', 'fetch-failed'],
    [4, 'invalid', 'fetch-failed'],
    [5, 'invalid', 'no-match-key'],
  ]);
  assert.equal(other.requests.length, 0, 'the credential does not travel');
  assert.equal(w.crm.requests.filter(({ path }) => path.endsWith('/ill')).length, 2);
  const kept = await w.redis.hvals(`${w.keys.base}:quarantine`);
  assert.equal(kept.length, 5);
  const details = kept.map((text) => JSON.parse(text).detail as string).join('\n');
  for (const part of [/status 503, asked 2 times/, /redirect \(status 301\)/, /not valid JSON/, /fetch\.values/])
    assert.match(details, part);
});

test('a refused token uses up no attempt: everything waits, the log says so once, and goes on when it is mended', async (t) => {
  let mended = false;
  const w = await world(t, () => (mended ? record('a@x.test') : { status: 401 }));
  await w.take('1', '2', '3');
  w.begin(1);
  while (w.crm.requests.length < 4) await sleep(10);
  assert.equal(await w.thin.size(), 3);
  assert.ok(w.crm.requests.length < 12, `${w.crm.requests.length} requests`);
  mended = true;
  assert.deepEqual(await w.settled(3), []);
  const said = w.lines.filter(({ event }) => event === 'fetch.waiting');
  assert.deepEqual(
    said.map(({ level, http_status, source }) => [level, http_status, source]),
    [[40, 401, 'crm']],
  );
});

test('too many requests: nothing is asked for as long as the CRM wishes', async (t) => {
  const w = await world(t, (n) => (n === 0 ? { status: 429, headers: { 'retry-after': '1' } } : record('a@x.test')));
  await w.take('1');
  const begun = Date.now();
  w.begin(1);
  await w.settled(1);
  assert.ok(Date.now() - begun >= 1000, `${Date.now() - begun} ms`);
  assert.equal(w.crm.requests.length, 2);
});

test('a CRM that is slow keeps no other one waiting, and a stop ends its request without using an attempt', async (t) => {
  const slow = await world(t, () => ({ ...record('a@x.test'), afterMs: 2500 }), 'slow');
  const quick = await world(t, () => record('b@x.test'), 'quick', slow);
  const ids = Array.from({ length: 20 }, (_, i) => `${i}`);
  await slow.take(...ids);
  await quick.take(...ids);
  const fetcher = slow.begin(1);
  while (slow.crm.requests.length < 20) await sleep(10);
  quick.begin();
  const begun = Date.now();
  await quick.settled(20);
  assert.ok(Date.now() - begun < 1500, `${Date.now() - begun} ms`);
  assert.equal(await slow.thin.size(), 20);
  await fetcher.stop(false);
  assert.equal(await slow.thin.size(), 20);
  const claimed = await slow.thin.claim('slow/0');
  assert.equal(claimed?.attempts, 0);
});

test('what lost its job is found, and a source that nobody fetches for is left alone', async (t) => {
  const w = await world(t, () => record('a@x.test'));
  const other = await world(t, () => record('a@x.test'), 'other', w);
  await w.take('1', '2');
  await other.take('1');
  await w.redis.del(...(await w.redis.keys(`${w.keys.tag}:${w.keys.fetchQueue('crm')}:*`)));
  w.begin();
  assert.deepEqual(await w.settled(2), []);
  assert.deepEqual([await other.thin.size(), other.crm.requests.length], [1, 0]);
});

test('a record that kills its worker again and again is given up without being asked for', async (t) => {
  const w = await world(t, () => record('a@x.test'));
  await w.take('1');
  const [job] = await w.redis.keys(`${w.keys.tag}:${w.keys.fetchQueue('crm')}:1`);
  await w.redis.hset(job!, 'stc', '51');
  w.begin();
  assert.deepEqual(await w.settled(1), [[0, 'invalid', 'fetch-failed']]);
  assert.equal(w.crm.requests.length, 0);
});
