import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OutcomeRecord } from '../../src/run/record.ts';
import type { Summary } from '../../src/run/summary.ts';
import type { SandboxOptions } from '../../src/sandbox/options.ts';
import { outcomesIn, type Running, rig, until } from './rig.ts';

const ROWS = 60;
const RUN = ['sync', 'contacts.csv', '--json', '--run-id', 'trouble'];
const STEPS = 'outage_steps: {first: 0.2, longest: 0.5}\n';

/** A world with a file of rows that set the name of every contact, and a configuration. */
async function world(t: TestContext, config: string, sandbox: SandboxOptions = {}) {
  const made = await rig(t, { sandbox: { contacts: ROWS, latencyMs: 10, ...sandbox } });
  const rows = Array.from({ length: ROWS }, (_, i) => `${i + 1},New ${i + 1}`);
  made.file('contacts.csv', ['id,name', ...rows].join('\n'));
  made.file('contact-sync.yaml', config);
  return made;
}

type World = Awaited<ReturnType<typeof world>>;

/** Resolves when the run is in full swing. */
async function midRun({ sandbox }: World): Promise<void> {
  await until('the run to be under way', () => (sandbox.counts.byRoute['PUT contacts/:id'] ?? 0) >= 10);
}

async function documentOf(running: Running): Promise<{ summary: Summary; outcomes: OutcomeRecord[] }> {
  const { code, stdout, stderr } = await running.ended;
  assert.equal(code, 0, stderr);
  const summary = JSON.parse(stdout) as Summary;
  return { summary, outcomes: outcomesIn(summary.report_dir) };
}

/** Everything was written, and the trouble in between cost no row an attempt. */
async function assertUnharmed({ sandbox }: World, running: Running, retries = 0): Promise<Summary> {
  const { summary, outcomes } = await documentOf(running);
  assert.equal(summary.outcomes.updated, ROWS);
  assert.ok(summary.retries <= retries, `${summary.retries} retries`);
  const more = outcomes.filter(({ attempts }) => attempts > 1);
  assert.ok(more.length <= retries, `${more.length} rows needed more than one attempt`);
  for (let id = 1; id <= ROWS; id++) assert.equal(sandbox.contacts.get(id)?.name, `New ${id}`);
  assert.ok(sandbox.maxInFlightPerContact <= 1);
  return summary;
}

describe('trouble of the whole desk', { concurrency: 8, timeout: 90_000 }, () => {
  for (const retryAfter of [false, true]) {
    test(`a 429 ${retryAfter ? 'with' : 'without'} Retry-After holds everybody to the next window`, async (t) => {
      const windowMs = 2000;
      const made = await world(t, 'chatwoot: {rate_window: 2}\n', { rateLimit: 20, windowMs, retryAfter });
      const summary = await assertUnharmed(made, made.start([...RUN, '--rate', '100000']));
      const refused = made.sandbox.requests.filter(({ status }) => status === 429);
      assert.ok(refused.length > 0);
      assert.equal(summary.rate_limited, refused.length);
      const windows = new Map<number, number>();
      for (const { at } of refused) {
        const window = Math.floor(at / windowMs);
        windows.set(window, (windows.get(window) ?? 0) + 1);
      }
      for (const [window, n] of windows) assert.ok(n <= 2, `${n} calls refused in window ${window}, 2 are in flight`);
    });
  }

  for (const kind of ['refuse', 502, 503, 504] as const) {
    test(`an outage in mid-run (${kind}) is waited out`, async (t) => {
      const made = await world(t, STEPS);
      const running = made.start(RUN);
      await midRun(made);
      const before = made.sandbox.counts.total;
      made.sandbox.outage(2500, kind);
      await sleep(2400);
      const during = made.sandbox.counts.total - before;
      assert.ok(during <= 25, `${during} calls during an outage of 2.4 s`);
      // A connection cut at the very end of it is the row's own as far as anybody can tell.
      await assertUnharmed(made, running, kind === 'refuse' ? 2 : 0);
    });
  }

  for (const part of ['postgres', 'redis'] as const) {
    test(`the desk without its ${part} for a while is waited out`, async (t) => {
      const made = await world(t, STEPS);
      const running = made.start(RUN);
      await midRun(made);
      made.sandbox.breakPart(part);
      await sleep(2000);
      made.sandbox.breakPart(null);
      // Two calls in flight at the moment of repair fail while `GET /api` says already that all is well.
      await assertUnharmed(made, running, 2);
      assert.match(running.stderr(), /Chatwoot is not well/);
    });
  }

  test('an outage longer than give_up_after stops the run with exit 3; --run-id finishes it', async (t) => {
    const made = await world(t, `${STEPS}give_up_after: 2\n`);
    const running = made.start(RUN);
    await midRun(made);
    made.sandbox.outage(60_000);
    const { code, stdout, stderr } = await running.ended;
    assert.equal(code, 3);
    assert.match(stderr, /Chatwoot was away too long.*--run-id trouble/);
    const stopped = JSON.parse(stdout) as Summary;
    assert.equal(stopped.status, 'stopped');
    assert.ok(stopped.outcomes.updated > 0 && stopped.outcomes.updated < ROWS);
    assert.equal(stopped.outcomes.failed + stopped.outcomes.cancelled, 0);

    const still = await made.run(RUN);
    assert.equal(still.code, 3, 'the desk is away still');
    made.sandbox.endOutage();
    await assertUnharmed(made, made.start(RUN));
  });

  test('a token that is revoked in mid-run is waited for, and said on every channel', async (t) => {
    const made = await world(t, STEPS);
    const running = made.start(RUN);
    await midRun(made);
    made.sandbox.revokeToken();
    await until('the run to say it', () => running.stderr().includes('Chatwoot refuses the token'));
    const { stdout } = await made.run(['status', '--json']);
    const { pace } = JSON.parse(stdout) as { pace: { waiting: string } };
    assert.equal(pace.waiting, 'token-refused');
    assert.match((await made.run(['status'])).stdout, /refuses the token/);
    made.sandbox.restoreToken();
    await assertUnharmed(made, running);
  });

  test('resume tries at once when the token was renewed', async (t) => {
    const made = await world(t, 'outage_steps: {first: 600, longest: 600}\n');
    const running = made.start(RUN);
    await midRun(made);
    made.sandbox.revokeToken();
    await until('the run to say it', () => running.stderr().includes('Chatwoot refuses the token'));
    made.sandbox.restoreToken();
    assert.equal((await made.run(['resume'])).code, 0);
    await assertUnharmed(made, running);
  });

  test('a token refused longer than give_up_after stops the run with exit 3; --run-id finishes it', async (t) => {
    const made = await world(t, 'outage_steps: {first: 600, longest: 600}\ngive_up_after: 2\n');
    const running = made.start(RUN);
    await midRun(made);
    made.sandbox.revokeToken();
    const { code, stderr } = await running.ended;
    assert.equal(code, 3);
    assert.match(stderr, /refused the token too long.*--run-id trouble/);
    const still = await made.run(RUN);
    assert.equal(still.code, 3);
    assert.match(still.stderr, /CHATWOOT_API_ACCESS_TOKEN/);
    made.sandbox.restoreToken();
    await assertUnharmed(made, made.start(RUN));
  });

  test('pause holds all calls and resume lets them go', async (t) => {
    const made = await world(t, STEPS);
    const running = made.start(RUN);
    await midRun(made);
    await made.run(['pause']);
    await until('the last call to be answered', () => made.sandbox.inFlight === 0);
    await sleep(300);
    const before = made.sandbox.counts.total;
    await sleep(1500);
    assert.equal(made.sandbox.counts.total, before);
    await made.run(['resume']);
    await assertUnharmed(made, running);
  });
});
