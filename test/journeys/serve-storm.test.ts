import assert from 'node:assert/strict';
import { test } from 'node:test';
import { storm } from '../../bench/storm-course.ts';
import type { Summary } from '../../src/run/summary.ts';
import { seeded } from '../chaos/crm.ts';
import { outcomesIn, rig, until } from './rig.ts';

const EVENTS = 900;
const CONTACTS = 150;
const KILLS = 3;

const SEED = Number(process.env.CHAOS_SEED ?? Date.now() % 100_000);

test(`kill -9 of intake and workers in a storm of events loses none, and the newest value wins (seed ${SEED})`, {
  timeout: 180_000,
}, async (t) => {
  const { dir, sandbox, redis, start, run } = await rig(t, {
    sandbox: { contacts: CONTACTS, latencyMs: 5 },
    redis: 'appendonly',
  });
  const client = redis!.client();
  const ground = {
    dir,
    url: sandbox.url,
    token: 'T',
    redis: client,
    start: (args: readonly string[]) => start([...args]).child,
  };
  const options = { events: EVENTS, contacts: CONTACTS, kills: KILLS, perSecond: 150 };
  const { sent, sendMs, settleMs, duplicates, runs, wrong } = await storm(ground, options, seeded(SEED));
  t.diagnostic(`${duplicates} duplicates, ${sent.retried} attempts repeated, ${sent.taken} deliveries taken`);
  t.diagnostic(`sent in ${(sendMs / 1000).toFixed(1)} s, settled ${(settleMs / 1000).toFixed(1)} s later`);

  assert.deepEqual(wrong, [], 'every field holds the value of its newest event');
  assert.ok(sandbox.maxInFlightPerContact <= 1, 'at most one write in flight for a contact');
  assert.ok(sent.retried > 0, 'the kills fell into the storm');
  assert.ok(duplicates >= sent.taken - EVENTS, 'whatever came again was recognised');
  let rows = 0;
  // One run, or two when the storm passed midnight.
  for (const { run: day } of runs) {
    const { stdout, stderr } = await run(['report', day, '--json']);
    assert.notEqual(stdout, '', stderr);
    const summary = JSON.parse(stdout) as Summary;
    const { updated, merged, unchanged, stale, ...others } = summary.outcomes;
    assert.equal(updated + merged + unchanged + stale, summary.rows);
    assert.deepEqual(
      Object.entries(others).filter(([, n]) => n > 0),
      [],
      'no other outcome',
    );
    // The report belongs to a process that was killed until its lease runs out, ten seconds later.
    await until('all outcomes are written down', async () => {
      if (outcomesIn(summary.report_dir).length >= summary.rows) return true;
      await run(['report', day, '--json']);
      return false;
    });
    assert.deepEqual(
      outcomesIn(summary.report_dir).map(({ row }) => row),
      Array.from({ length: summary.rows }, (_, row) => row),
      'every event exactly once in outcomes.ndjson',
    );
    rows += summary.rows;
  }
  assert.equal(rows, EVENTS);
});
