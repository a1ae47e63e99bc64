import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { pino } from 'pino';
import { loadConfig } from '../../config/load.ts';
import { DayRuns } from '../../src/commands/day-runs.ts';
import { Engine } from '../../src/commands/engine.ts';
import { Quarantine } from '../../src/events/quarantine.ts';
import { EventSource } from '../../src/events/source.ts';
import { EventStore } from '../../src/events/store.ts';
import type { WebhookContent } from '../../src/source/webhook/event.ts';
import { presetOf } from '../../src/source/webhook/presets/preset.ts';
import { verifierOf } from '../../src/source/webhook/verify/verify.ts';
import { startTestRedis } from '../redis/server.ts';

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
const MIDNIGHT = Date.UTC(2026, 0, 2);

const SOURCE = new EventSource({
  name: 'app',
  preset: presetOf('generic'),
  verifier: verifierOf({ scheme: 'none', insecure: false }, undefined),
  match: ['email'],
  map: {},
});
const UNUSABLE: WebhookContent = { type: 'unusable', why: 'no reason' };
const PATCH: WebhookContent = { type: 'patch', values: { email: 'a@x.test', name: 'Ada' } };

/** An engine on a Redis of its own, and day runs whose clock stands where the test puts it. */
async function daysIn(t: TestContext, settings: Record<string, unknown> = {}) {
  const server = await startTestRedis(t);
  const dir = mkdtempSync(join(tmpdir(), 'cs-days-'));
  t.after(() => rmSync(dir, { recursive: true }));
  const flags = { report_dir: join(dir, 'reports'), data_dir: join(dir, 'data'), ...settings };
  const env = {
    CHATWOOT_BASE_URL: 'http://127.0.0.1:1',
    CHATWOOT_ACCOUNT_ID: '1',
    CHATWOOT_API_ACCESS_TOKEN: 'T',
    REDIS_URL: server.url,
  };
  const config = loadConfig({ env, flags });
  const engine = await Engine.open({ config, log: pino({ level: 'silent' }), warn: () => undefined });
  t.after(() => engine.close());
  const clock = { now: MIDNIGHT };
  const store = new EventStore(engine.redis, engine.keys, engine.ledger);
  const quarantine = new Quarantine(engine.redis, engine.keys);
  let key = 0;
  return {
    engine,
    clock,
    quarantine,
    dir: flags.report_dir,
    run: (source = 'app') => new DayRuns(engine, [source], () => clock.now).runOf(source),
    /** Takes events into the run of the day that the clock says. */
    async take(content: WebhookContent, n = 1): Promise<void> {
      const days = new DayRuns(engine, ['app'], () => clock.now);
      await days.open('app');
      const events = Array.from({ length: n }, () => {
        key += 1;
        return { key: `k${key}`, observedAt: null, subject: null, content };
      });
      assert.equal((await store.take(SOURCE, days.runOf('app'), events, undefined))?.taken, n);
    },
    /** What the server does every two seconds, and once more when it stops. */
    look: () => new DayRuns(engine, ['app'], () => clock.now).stop(),
  };
}

test("yesterday's run is closed five minutes after midnight, with its report whole; today's goes on", async (t) => {
  const { engine, clock, dir, run, take, look } = await daysIn(t);
  clock.now = MIDNIGHT - MINUTE;
  await take(UNUSABLE);
  const yesterday = run();
  assert.equal(yesterday, 'run_20260101_app');
  clock.now = MIDNIGHT;
  await take(UNUSABLE);
  const today = run();
  assert.equal(today, 'run_20260102_app');

  clock.now = MIDNIGHT + 4 * MINUTE;
  await look();
  const open = (await engine.runs.get(yesterday))!;
  assert.deepEqual([open.readDone, open.finishedAt], [false, null], 'deliveries may still be on their way');
  assert.equal(await engine.redis.pttl(engine.keys.run(yesterday)), -1);

  clock.now = MIDNIGHT + 6 * MINUTE;
  await look();
  const closed = (await engine.runs.get(yesterday))!;
  assert.deepEqual([closed.readDone, closed.rows, closed.settled], [true, 1, 1]);
  assert.notEqual(closed.finishedAt, null);
  assert.ok((await engine.redis.pttl(engine.keys.run(yesterday))) > 0, 'it is history from here on');
  const lines = readFileSync(join(dir, yesterday, 'outcomes.ndjson'), 'utf8')
    .trim()
    .split('\n');
  assert.deepEqual(
    lines.map((line) => JSON.parse(line).outcome),
    ['invalid'],
  );
  assert.equal((await engine.runs.get(today))!.readDone, false);
  assert.ok(existsSync(join(dir, today, 'outcomes.ndjson')), 'what is known of today is written down as well');

  await look();
  assert.equal((await engine.runs.get(yesterday))!.finishedAt, closed.finishedAt, 'it is closed once');
});

test('a row of yesterday that still waits keeps its run unfinished, but open for no more', async (t) => {
  const { engine, clock, run, take, look } = await daysIn(t);
  clock.now = MIDNIGHT - MINUTE;
  await take(PATCH);
  const yesterday = run();
  clock.now = MIDNIGHT + 6 * MINUTE;
  await look();
  const state = (await engine.runs.get(yesterday))!;
  assert.deepEqual([state.readDone, state.rows, state.settled, state.finishedAt], [true, 1, 0, null]);
  assert.equal(await engine.redis.pttl(engine.keys.run(yesterday)), -1, 'it is not forgotten meanwhile');
});

test('what nobody replayed in time leaves quarantine, with all that it held', async (t) => {
  const { engine, clock, quarantine, take, look } = await daysIn(t, { quarantine_days: 7 });
  // Since when is on the clock of Redis, which is that of this machine.
  const start = Date.now();
  clock.now = start;
  await take(UNUSABLE, 1201);
  const { base } = engine.keys;
  const [old] = await engine.redis.zrange(`${base}:quarantined`, '0', '0');
  await engine.redis.zadd(`${base}:quarantined`, start - 2 * DAY, old!);

  clock.now = start + 5 * DAY - MINUTE;
  await look();
  assert.equal(await quarantine.size(), 1201);
  clock.now = start + 5 * DAY + MINUTE;
  await look();
  assert.equal(await quarantine.size(), 1200);
  assert.equal(await quarantine.get(old!), undefined);
  assert.equal(await engine.redis.hexists(`${base}:quarantine`, old!), 0);
  clock.now = start + 8 * DAY;
  await look();
  assert.equal(await engine.redis.exists(`${base}:quarantine`, `${base}:quarantined`), 0);
});
