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
    const steps = { firstStepMs: 100, longestStepMs: 200, windowMs, probeMs: 500, random: () => 0 };
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

describe('a pace that follows the desk', { concurrency: 4, timeout: 60_000 }, () => {
  test('it begins small, finds its share of a desk within 20 s, and yields to whoever else comes', async (t) => {
    const { sandbox, state, share } = await writing(t, { desk: true });
    await sleep(1500);
    assert.ok(share(1500) < 0.15, `${share(1500)} of the core in the first moments`);
    await sleep(12_500);
    const found = share(4000);
    assert.ok(found > 0.4 && found < 0.53, `${found} of the core`);
    assert.equal(sandbox.maxInFlightPerContact, 1);
    const leave = crowd(t, sandbox.url);
    await sleep(5000);
    const yielded = share(1000);
    assert.ok(yielded < 0.125, `${yielded} of the core beside others`);
    assert.ok(['busy', 'queueing'].includes((await state()).occupation!.why));
    await leave();
    await sleep(15_000);
    const back = share(4000);
    assert.ok(back > 0.4 && back < 0.53, `${back} of the core afterwards`);
  });

  test('two processes of the desk are found, and so twice as much is taken', async (t) => {
    const { state, share } = await writing(t, { desk: { processes: 2 } }, { share: 0.4 });
    for (let looks = 0; looks < 100 && (await state()).occupation?.cores !== 2; looks++) await sleep(200);
    assert.equal((await state()).occupation?.cores, 2);
    await sleep(4000);
    const found = share(3000);
    assert.ok(found > 0.62 && found < 0.85, `${found} of a core`);
  });

  test('three processes of ours take no more than one, far away from the desk', async (t) => {
    const { share } = await writing(t, { desk: true, latencyMs: 100 }, { processes: 3 });
    await sleep(14_000);
    const found = share(4000);
    assert.ok(found > 0.38 && found < 0.55, `${found} of the core`);
  });

  test('a limit that nobody told of is met once and then kept', async (t) => {
    const windowMs = 2500;
    const { sandbox, writesIn } = await writing(t, { rateLimit: 30, windowMs }, { share: 1, windowMs });
    await sleep(6 * windowMs);
    const first = Math.floor(sandbox.requests[0]!.at / windowMs);
    const windows = [2, 3, 4].map((n) => writesIn((first + n) * windowMs, (first + n + 1) * windowMs));
    const refused = sandbox.counts.byStatus[429] ?? 0;
    assert.ok(refused >= 1 && refused <= 8, `${refused} calls refused`);
    for (const writes of windows) assert.ok(writes >= 0.85 * 30 && writes <= 30, `writes a window: ${windows}`);
  });
});
