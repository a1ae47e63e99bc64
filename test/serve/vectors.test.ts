import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { Quarantine } from '../../src/events/quarantine.ts';
import { EventSource } from '../../src/events/source.ts';
import { EventStore } from '../../src/events/store.ts';
import { Reception } from '../../src/serve/reception.ts';
import { createServer } from '../../src/serve/server.ts';
import { presetOf } from '../../src/source/webhook/presets/preset.ts';
import { OPTIONS, type Room, roomIn } from '../queue/room.ts';
import { startTestRedis, type TestRedis } from '../redis/server.ts';
import { caseOf } from '../source/webhook/verify/cases.ts';
import { flippedBytes, MINUTE, NOW, sign, VECTORS, verifier } from '../source/webhook/verify/fixture.ts';
import { alone, pipelined, type RawRequest } from './wire.ts';

/** A delivery of one source, as its sender signs it. */
interface Signed {
  /** Of the source. */
  name: string;
  preset: string;
  settings: Record<string, unknown>;
  publicUrl?: string;
  /** Behind the path. */
  query?: string;
  body: string;
  headers: Record<string, string>;
  /** Headers whose every bit counts, lower case. */
  signedHeaders: string[];
  /** Clock of the sender, epoch ms. */
  sentAt: number;
  /** Its time is signed. */
  timed: boolean;
  /** How many bytes of the body are signed, when it is not all of them. */
  signedBytes?: number;
  /** What becomes of its events. */
  kept: 'row' | 'quarantine' | 'nothing';
  /** How many, when it is not one. */
  events?: number;
}

/** By the beginning of a vector's id: how its body is read, and what becomes of what it says. */
const READ: Record<string, [preset: string, kept: Signed['kept']]> = {
  'hubspot-v3-sdk': ['hubspot', 'quarantine'],
  'hubspot-v1': ['hubspot', 'quarantine'],
  'hubspot-v2': ['hubspot', 'quarantine'],
  'hubspot-v3-own': ['hubspot', 'quarantine'],
  standard: ['generic', 'quarantine'],
  github: ['generic', 'quarantine'],
  stripe: ['pipedrive', 'quarantine'],
  shopify: ['shopify', 'quarantine'],
  intercom: ['intercom', 'quarantine'],
  segment: ['segment', 'row'],
  close: ['close', 'quarantine'],
  attio: ['attio', 'quarantine'],
  // The desk's own events are no rows, so its signature is tried on a preset that keeps what it cannot read.
  chatwoot: ['generic', 'quarantine'],
};

function published(): Signed[] {
  return VECTORS.map((vector) => {
    const { settings, signature, time, alsoSigned = [], signsAddress } = caseOf(vector);
    const [preset, kept] = Object.entries(READ).find(([beginning]) => vector.id.startsWith(beginning))![1];
    const lower = Object.entries(vector.headers).map(([name, value]) => [name.toLowerCase(), value]);
    const headers: Record<string, string> = Object.fromEntries(lower);
    const timed = time !== undefined || settings.scheme === 'stripe';
    return {
      name: vector.id,
      preset,
      // The vectors were signed for addresses that are not ours: as behind a proxy that changes the path.
      settings: { ...settings, secrets: [vector.secret], ...(signsAddress ? { url: vector.url } : {}) },
      body: vector.body,
      headers,
      signedHeaders: [signature, ...alsoSigned, ...(time === undefined ? [] : [time[0]])],
      sentAt: time === undefined ? NOW : Number(headers[time[0]]) * time[1],
      timed,
      kept,
      ...(vector.id === 'segment-batch-full-own' ? { events: 2 } : {}),
    };
  });
}

/** What the vectors leave out: an address with a query, our own address, and a batch of which only the first event is signed. */
function ours(): Signed[] {
  const secret = 'hs-client-secret';
  const query = '?src=crm%3Aeu%2F1&q=a%20b';
  const times = { 'x-hubspot-request-timestamp': String(NOW) };
  const signedHeaders = ['x-hubspot-signature-v3', 'x-hubspot-request-timestamp'];
  const base = { preset: 'hubspot', query, signedHeaders, sentAt: NOW, timed: true };
  const first = '{"type":"identify","userId":"u1","messageId":"m1","traits":{"email":"ana@example.com"}}';
  const event = '{"type":"contact.upserted","contact":{"externalId":"7","name":"Ada"}}';
  return [
    {
      ...base,
      name: 'address-changed',
      settings: { scheme: 'hubspot', secrets: [secret], url: 'https://sync.example.com/hooks/hubspot' },
      body: '[]',
      headers: { ...times, 'x-hubspot-signature-v3': 'FCaAqWhvf4vzEDnMQgjzUBo+Prr6umElwqpoQ8LiHWs=' },
      kept: 'nothing',
    },
    {
      ...base,
      name: 'address-ours',
      preset: 'generic',
      settings: { scheme: 'hubspot', secrets: [secret] },
      publicUrl: 'https://sync.example.com',
      body: event,
      headers: {
        ...times,
        'x-hubspot-signature-v3': sign(
          'sha256',
          secret,
          `POSThttps://sync.example.com/webhooks/address-ours?src=crm:eu/1&q=a%20b${event}${NOW}`,
          'base64',
        ),
      },
      kept: 'row',
    },
    {
      name: 'older-batch',
      preset: 'segment',
      settings: { scheme: 'segment', secrets: ['seg-secret'] },
      body: `[${first},{"type":"identify","userId":"u2","messageId":"m2","traits":{"email":"bo@example.com"}}]`,
      headers: { 'x-signature': sign('sha1', 'seg-secret', first, 'hex') },
      signedHeaders: ['x-signature'],
      sentAt: NOW,
      timed: false,
      signedBytes: first.length + 2,
      kept: 'row',
    },
  ];
}

const SIGNED = [...published(), ...ours()];
const RUN = 'day';

let server: TestRedis;
let room: Room;
let store: EventStore;
let app: FastifyInstance;
let port: number;
let clock = NOW;

before(async () => {
  server = await startTestRedis();
  room = roomIn(server);
  const { redis, keys, ledger, runs } = room;
  store = new EventStore(redis, keys, ledger);
  const file = { path: 'webhook', file: '', sha256: '', rows: 0, kind: 'changes' as const };
  await runs.open(RUN, 'serve', { ...OPTIONS, events: true }, file);
  const reception = new Reception({
    sources: new Map(
      SIGNED.map(({ name, preset, settings, publicUrl }) => {
        const parts = { name, preset: presetOf(preset), match: [], map: {} };
        const source = new EventSource({ ...parts, verifier: verifier(settings, publicUrl) });
        return [name, { source, rate: 1_000_000 }];
      }),
    ),
    store,
    desk: { hear: () => assert.fail('no source is the desk') },
    runOf: () => RUN,
    openRun: async () => assert.fail('the run is open'),
    definitions: () => undefined,
    open: () => true,
    onBatches: () => undefined,
    onDelivery: () => undefined,
    now: () => clock,
  });
  app = createServer({
    admit: (source) => reception.admit(source),
    deliver: (source, request, loopback) => reception.deliver(source, request, loopback),
    ready: async () => ({ ready: true, why: 'ready' }),
    bodyLimit: 65_536,
    connections: 100,
    random: () => 0,
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  port = (app.server.address() as AddressInfo).port;
});
after(async () => {
  await app.close();
  await server.stop();
});

/** Everything in Redis but the counters of deliveries that were not authentic. */
async function stored(): Promise<Record<string, string>> {
  const { redis, keys } = room;
  const held: Record<string, string> = {};
  for (const name of (await redis.keys('*')).sort()) {
    // What is in no order is put in one, or equal sets would differ.
    const type = await redis.type(name);
    if (type === 'set') held[name] = (await redis.smembers(name)).sort().join(' ');
    else if (type !== 'hash') held[name] = (await redis.dumpBuffer(name))!.toString('base64');
    else {
      const hash = await redis.hgetall(name);
      if (name.startsWith(`${keys.base}:source:`)) delete hash.unauthentic;
      if (Object.keys(hash).length > 0) held[name] = JSON.stringify(Object.entries(hash).sort());
    }
  }
  return held;
}

/** The counter is written after the answer. */
async function unauthentic(name: string, wanted: number): Promise<void> {
  const end = Date.now() + 5000;
  let seen = -1;
  while (seen !== wanted && Date.now() < end) {
    seen = (await store.counters(name)).unauthentic ?? 0;
    if (seen < wanted) await sleep(5);
  }
  assert.equal(seen, wanted, 'each 401 is counted, once');
}

function requestOf({ name, query = '', headers, body }: Signed): RawRequest {
  const lines = { 'content-type': 'application/json', ...headers };
  return {
    method: 'POST',
    target: Buffer.from(`/webhooks/${name}${query}`),
    headers: Object.entries(lines).map(([header, value]) => [Buffer.from(header), Buffer.from(value)] as const),
    body: Buffer.from(body),
  };
}

/** One request of the many; `torn`: what is sent may end the connection. */
interface Flip {
  request: RawRequest;
  torn: boolean;
  place: number;
}

const placed = (flipped: Iterable<Buffer>) => [...flipped].map((bytes, n) => ({ bytes, place: Math.floor(n / 8) }));

/** One bit of each byte, another one each time: the unit tests flip them all. */
const flipsOfBody = (request: RawRequest): Flip[] =>
  placed(flippedBytes(request.body))
    .filter((_, n) => n % 8 === Math.floor(n / 8) % 8)
    .map(({ bytes, place }) => ({ request: { ...request, body: bytes }, torn: false, place }));

const flipsOfTarget = (request: RawRequest): Flip[] =>
  placed(flippedBytes(request.target)).map(({ bytes, place }) => ({
    request: { ...request, target: bytes },
    // What begins with no / is no address either.
    torn: place === 0 || bytes[place]! <= 0x20 || bytes[place]! >= 0x7f,
    place,
  }));

function flipsOfHeader(request: RawRequest, header: string, part: 0 | 1): Flip[] {
  const at = request.headers.findIndex(([name]) => name.toString() === header);
  assert.ok(at >= 0, header);
  return placed(flippedBytes(request.headers[at]![part])).map(({ bytes, place }) => {
    const [name, value] = request.headers[at]!;
    const line = part === 0 ? ([bytes, value] as const) : ([name, bytes] as const);
    const byte = bytes[place]!;
    const torn = part === 0 ? !/[\w!#$%&'*+.^`|~-]/.test(String.fromCharCode(byte)) : byte < 0x20 || byte === 0x7f;
    return { request: { ...request, headers: request.headers.with(at, line) }, torn, place };
  });
}

/** Every status each of them is answered, in their order. */
async function answersTo(flips: readonly Flip[]): Promise<number[][]> {
  const whole = flips.filter(({ torn }) => !torn);
  const statuses = await pipelined(
    port,
    whole.map(({ request }) => request),
  );
  const answers = new Map(whole.map((flip, i) => [flip, [statuses[i]!]]));
  const torn = flips.filter((flip) => flip.torn);
  for (let from = 0; from < torn.length; from += 50) {
    const some = torn.slice(from, from + 50);
    const heard = await Promise.all(some.map(({ request }) => alone(port, request)));
    for (const [i, flip] of some.entries()) answers.set(flip, heard[i]!);
  }
  return flips.map((flip) => answers.get(flip)!);
}

/** All were answered with one of these statuses and nothing else; the number of 401s among them. */
function only(allowed: number[], answers: readonly number[][], what: string): number {
  const flat = answers.flat();
  const others = [...new Set(flat)].filter((status) => !allowed.includes(status));
  assert.deepEqual(others, [], `${what}: answered ${others.join(', ')}`);
  for (const [i, heard] of answers.entries()) assert.ok(heard.length > 0, `${what}: no answer to ${i}`);
  return flat.filter((status) => status === 401).length;
}

for (const signed of SIGNED) {
  const { name } = signed;
  const request = requestOf(signed);
  const good: Flip = { request, torn: false, place: 0 };

  test(`${name}: with any one bit flipped it is turned away, and nothing of it is stored`, async () => {
    clock = signed.sentAt;
    const empty = await stored();
    const body = flipsOfBody(request).filter(({ place }) => place < (signed.signedBytes ?? Number.POSITIVE_INFINITY));
    let refused = only([401], await answersTo(body), 'body');
    for (const header of signed.signedHeaders) {
      const flips = flipsOfHeader(request, header, 1);
      const torn = flips.filter((flip) => flip.torn);
      refused += only([401], await answersTo(flips.filter((flip) => !flip.torn)), header);
      // A control character is no header at all.
      refused += only([400, 401], await answersTo(torn), header);
    }
    const target = flipsOfTarget(request);
    refused += only([400, 401, 404, 405], await answersTo(target), 'target');
    await unauthentic(name, refused);
    assert.deepEqual(await stored(), empty);
  });

  test(`${name}: as it was signed it is taken, once; four minutes off as well, six not`, async () => {
    clock = signed.sentAt;
    const before = { ...(await store.counters(name)) };
    const empty = await stored();
    for (const off of signed.timed ? [-6, 6] : []) {
      clock = signed.sentAt + off * MINUTE;
      assert.deepEqual(await answersTo([good]), [[401]]);
    }
    await unauthentic(name, before.unauthentic! + (signed.timed ? 2 : 0));
    assert.deepEqual(await stored(), empty);

    clock = signed.sentAt;
    const runBefore = (await room.runs.get(RUN))!;
    assert.deepEqual(await answersTo([good]), [[200]]);
    const run = (await room.runs.get(RUN))!;
    const held = await quarantined(name);
    const waiting = run.rows - run.settled - (runBefore.rows - runBefore.settled);
    assert.deepEqual({ waiting, held }, KEPT[signed.kept](signed.events ?? 1));
    assert.equal((await store.counters(name)).taken ?? 0, waiting + held);

    const full = withoutCounters(await stored(), name);
    for (const off of signed.timed ? [-4, 4] : [0]) {
      clock = signed.sentAt + off * MINUTE;
      assert.deepEqual(await answersTo([good]), [[200]]);
    }
    assert.deepEqual(withoutCounters(await stored(), name), full, 'a repetition is counted and nothing else');
  });

  test(`${name}: what may differ is the case of a header's name${signed.signedBytes === undefined ? '' : ', and what is not signed'}`, async () => {
    clock = signed.sentAt;
    const full = withoutCounters(await stored(), name);
    for (const header of signed.signedHeaders) {
      const flips = flipsOfHeader(request, header, 0);
      const answers = await answersTo(flips);
      for (const [i, { request: sent, torn }] of flips.entries()) {
        // HTTP knows a header by its letters, in either case (RFC 9110, 5.1).
        const same = sent.headers.some(([line]) => line.toString('latin1').toLowerCase() === header);
        const allowed = same ? [200] : torn ? [400, 401] : [401];
        only(allowed, [answers[i]!], `${header}, bit ${i % 8} of byte ${Math.floor(i / 8)} of its name`);
      }
    }
    const rest = flipsOfBody(request).filter(({ place }) => place >= (signed.signedBytes ?? request.body.length));
    only([200], await answersTo(rest), 'what is not signed');
    assert.deepEqual(withoutCounters(await stored(), name), full, 'it is left out');
  });
}

/** What of so many events waits for a look-up, and what is in quarantine. */
const KEPT = {
  row: (events: number) => ({ waiting: events, held: 0 }),
  quarantine: (events: number) => ({ waiting: 0, held: events }),
  nothing: () => ({ waiting: 0, held: 0 }),
} as const;

function withoutCounters(held: Record<string, string>, name: string): Record<string, string> {
  const { [`${room.keys.base}:source:${name}`]: _, ...others } = held;
  return others;
}

async function quarantined(name: string): Promise<number> {
  let n = 0;
  for await (const _ of new Quarantine(room.redis, room.keys).list({ source: name })) n++;
  return n;
}
