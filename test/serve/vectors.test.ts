import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Quarantine } from '../../src/events/quarantine.ts';
import { startTestRedis, type TestRedis } from '../redis/server.ts';
import { flippedBytes, MINUTE, NOW } from '../source/webhook/verify/fixture.ts';
import { RUN, type Serving, serving, stored } from './serving.ts';
import { SIGNED, type Signed } from './signed.ts';
import { alone, pipelined, type RawRequest } from './wire.ts';

let server: TestRedis;
let served: Serving;
let clock = NOW;

before(async () => {
  server = await startTestRedis();
  served = await serving(server, SIGNED, () => clock);
});
after(async () => {
  await served.stop();
  await server.stop();
});

/** The counter is written after the answer. */
async function unauthentic(name: string, wanted: number): Promise<void> {
  const end = Date.now() + 5000;
  let seen = -1;
  while (seen !== wanted && Date.now() < end) {
    seen = (await served.store.counters(name)).unauthentic ?? 0;
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
    served.port,
    whole.map(({ request }) => request),
  );
  const answers = new Map(whole.map((flip, i) => [flip, [statuses[i]!]]));
  const torn = flips.filter((flip) => flip.torn);
  for (let from = 0; from < torn.length; from += 50) {
    const some = torn.slice(from, from + 50);
    const heard = await Promise.all(some.map(({ request }) => alone(served.port, request)));
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
    const empty = await stored(served.room);
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
    assert.deepEqual(await stored(served.room), empty);
  });

  test(`${name}: as it was signed it is taken, once; four minutes off as well, six not`, async () => {
    clock = signed.sentAt;
    const before = { ...(await served.store.counters(name)) };
    const empty = await stored(served.room);
    for (const off of signed.timed ? [-6, 6] : []) {
      clock = signed.sentAt + off * MINUTE;
      assert.deepEqual(await answersTo([good]), [[401]]);
    }
    await unauthentic(name, before.unauthentic! + (signed.timed ? 2 : 0));
    assert.deepEqual(await stored(served.room), empty);

    clock = signed.sentAt;
    const runBefore = (await served.room.runs.get(RUN))!;
    assert.deepEqual(await answersTo([good]), [[200]]);
    const run = (await served.room.runs.get(RUN))!;
    const held = await quarantined(name);
    const waiting = run.rows - run.settled - (runBefore.rows - runBefore.settled);
    assert.deepEqual({ waiting, held }, KEPT[signed.kept](signed.events ?? 1));
    assert.equal((await served.store.counters(name)).taken ?? 0, waiting + held);

    const full = withoutCounters(await stored(served.room), name);
    for (const off of signed.timed ? [-4, 4] : [0]) {
      clock = signed.sentAt + off * MINUTE;
      assert.deepEqual(await answersTo([good]), [[200]]);
    }
    assert.deepEqual(
      withoutCounters(await stored(served.room), name),
      full,
      'a repetition is counted and nothing else',
    );
  });

  test(`${name}: what may differ is the case of a header's name${signed.signedBytes === undefined ? '' : ', and what is not signed'}`, async () => {
    clock = signed.sentAt;
    const full = withoutCounters(await stored(served.room), name);
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
    assert.deepEqual(withoutCounters(await stored(served.room), name), full, 'it is left out');
  });
}

/** What of so many events waits for a look-up, and what is in quarantine. */
const KEPT = {
  row: (events: number) => ({ waiting: events, held: 0 }),
  quarantine: (events: number) => ({ waiting: 0, held: events }),
  nothing: () => ({ waiting: 0, held: 0 }),
} as const;

function withoutCounters(held: Record<string, string>, name: string): Record<string, string> {
  const { [`${served.room.keys.base}:source:${name}`]: _, ...others } = held;
  return others;
}

async function quarantined(name: string): Promise<number> {
  let n = 0;
  for await (const _ of new Quarantine(served.room.redis, served.room.keys).list({ source: name })) n++;
  return n;
}
