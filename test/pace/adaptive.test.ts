import assert from 'node:assert/strict';
import { after, before, describe, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ChatwootClient } from '../../src/chatwoot/client.ts';
import { ContactRequests } from '../../src/chatwoot/contacts.ts';
import { Desk } from '../../src/pace/desk.ts';
import { Limiter } from '../../src/pace/limiter.ts';
import { keysOf } from '../../src/redis/keys.ts';
import { COST } from '../../src/sandbox/cost.ts';
import type { SandboxOptions } from '../../src/sandbox/options.ts';
import { startSandbox } from '../../src/sandbox/server.ts';
import { startTestRedis, type TestRedis } from '../redis/server.ts';

let server: TestRedis;
before(async () => {
  server = await startTestRedis();
});
after(() => server.stop());

const CONTACTS = 50;

/** Processes that write without end, each with a desk of its own, held to a share of one sandbox. */
async function writing(
  t: TestContext,
  options: SandboxOptions,
  { share = 0.5, processes = 1, windowMs = 60_000 } = {},
) {
  const sandbox = await startSandbox({ token: 'T', contacts: CONTACTS, windowMs, ...options });
  const client = new ChatwootClient({ baseUrl: sandbox.url, token: 'T', timeoutMs: 5000 });
  const requests = new ContactRequests(1);
  const stop = new AbortController();
  const limiters = Array.from({ length: processes }, () => {
    const steps = { account: 1, firstStepMs: 100, longestStepMs: 200, windowMs, probeMs: 500, random: () => 0 };
    const tag = keysOf(sandbox.url, 1).tag;
    return new Limiter(server.client(), tag, { ...steps, occupation: { share: () => share } });
  });
  await limiters[0]!.setRate((3000 * windowMs) / 60_000, 'always');
  const lanes = limiters.flatMap((limiter) => {
    const desk = new Desk(client, limiter, { windowMs, inFlight: 8 });
    return Array.from({ length: 12 }, async (_, lane) => {
      for (let n = 0; !stop.signal.aborted; n++) {
        const request = requests.update(String(((lane + 12 * n) % CONTACTS) + 1), `{"name":"N${n}"}`, `r-${lane}-${n}`);
        await desk.send(async () => request, { signal: stop.signal, onCall: () => undefined }).catch(() => undefined);
      }
    });
  });
  t.after(async () => {
    stop.abort();
    await Promise.all(lanes);
    client.close();
    await sandbox.close();
  });
  const writesIn = (fromMs: number, toMs: number) =>
    sandbox.requests.filter(({ method, status, at }) => method === 'PUT' && status === 200 && at >= fromMs && at < toMs)
      .length;
  return {
    sandbox,
    state: () => limiters[0]!.state(),
    /** Part of one core that our writes take in so many ms, up to now. */
    share: (ms: number) => (writesIn(Date.now() - ms, Date.now()) * COST.put) / ms,
    writesIn,
  };
}

/** Another client that takes all the desk has. */
function crowd(t: TestContext, url: string) {
  let going = true;
  const lanes = Array.from({ length: 5 }, async () => {
    while (going) {
      const headers = { api_access_token: 'T' };
      await fetch(`${url}/api/v1/accounts/1/contacts/1`, { headers }).then((answer) => answer.arrayBuffer());
    }
  });
  const leave = async () => {
    going = false;
    await Promise.all(lanes);
  };
  t.after(leave);
  return leave;
}

/** Waits until it is so; the exact figures are in bench/polite.ts, which has the machine to itself. */
async function until(what: string, isSo: () => boolean | Promise<boolean>, ms: number): Promise<void> {
  const late = Date.now() + ms;
  while (!(await isSo())) {
    assert.ok(Date.now() < late, `${what} within ${ms / 1000} s`);
    await sleep(100);
  }
}

/** Never more than this part of a core at a share of one half, whatever else the machine does. */
const MOST = 0.56;

test('after a while of nothing a look-up and a write go at once, and only then calls are spaced', async () => {
  const steps = { account: 1, firstStepMs: 100, longestStepMs: 200, windowMs: 60_000, probeMs: 500, random: () => 0 };
  const limiter = new Limiter(server.client(), '{cs:idle}', { ...steps, occupation: { share: () => 0.5 } });
  await limiter.setRate(3000, 'always');
  const waits: number[] = [];
  for (const kind of ['filter', ...Array<'update'>(7).fill('update')] as const) {
    const slot = await limiter.acquire(kind);
    waits.push(slot.granted ? slot.waitMs : Number.POSITIVE_INFINITY);
  }
  assert.equal(waits[0], 0);
  // 18 ms of work each, as far as is known, at half of the desk.
  for (const [n, wait] of waits.slice(1, 6).entries()) assert.ok(wait > 0 && wait <= 37 * (n + 1), `waits: ${waits}`);
  // At a tenth of it from then on.
  assert.ok(waits[7]! - waits[6]! > 300, `waits: ${waits}`);
});

describe('a pace that follows the desk', { concurrency: 4, timeout: 120_000 }, () => {
  test('it begins small, finds its share of a desk, and yields to whoever else comes', async (t) => {
    const { sandbox, state, share } = await writing(t, { desk: true });
    await sleep(1500);
    assert.ok(share(1500) < 0.15, `${share(1500)} of the core in the first moments`);
    await until('a share of the core', () => share(3000) > 0.3, 25_000);
    await sleep(2000);
    assert.ok(share(3000) < MOST, `${share(3000)} of the core`);
    assert.equal(sandbox.maxInFlightPerContact, 1);
    const leave = crowd(t, sandbox.url);
    await until('less than a quarter of it beside others', () => share(1000) < 0.125, 6000);
    assert.ok(['busy', 'queueing'].includes((await state()).occupation!.why));
    await leave();
    await until('the share again', () => share(3000) > 0.3, 25_000);
  });

  test('two processes of the desk are found, and so more is taken than one could give', async (t) => {
    const { state, share } = await writing(t, { desk: { processes: 2 } }, { share: 0.3 });
    await until('two processes', async () => (await state()).occupation?.cores === 2, 40_000);
    await until('more than the share of one', () => share(3000) > 0.4, 20_000);
    assert.ok(share(3000) < 0.7, `${share(3000)} of a core`);
  });

  test('three processes of ours take no more than one, far away from the desk', async (t) => {
    const { share } = await writing(t, { desk: true, latencyMs: 100 }, { processes: 3 });
    await until('a share of the core', () => share(3000) > 0.3, 30_000);
    await sleep(2000);
    assert.ok(share(3000) < MOST, `${share(3000)} of the core`);
  });

  test('a limit that nobody told of is met once and then kept', async (t) => {
    const windowMs = 2500;
    const { sandbox, writesIn } = await writing(t, { rateLimit: 30, windowMs }, { share: 1, windowMs });
    await sleep(6 * windowMs);
    const first = Math.floor(sandbox.requests[0]!.at / windowMs);
    const windows = [2, 3, 4].map((n) => writesIn((first + n) * windowMs, (first + n + 1) * windowMs));
    const refused = sandbox.counts.byStatus[429] ?? 0;
    assert.ok(refused >= 1 && refused <= 8, `${refused} calls refused`);
    assert.ok(Math.max(...windows) <= 30 && Math.max(...windows) >= 0.85 * 30, `writes a window: ${windows}`);
  });
});
