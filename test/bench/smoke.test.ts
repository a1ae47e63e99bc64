import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attention } from '../../bench/attention.ts';
import { calls } from '../../bench/calls.ts';
import { latency } from '../../bench/latency.ts';
import { million } from '../../bench/million.ts';
import { nightlyAgent } from '../../bench/nightly-agent.ts';
import { nightlyCalls } from '../../bench/nightly-calls.ts';
import { pageOf } from '../../bench/page.ts';
import { read } from '../../bench/read.ts';
import { remember } from '../../bench/remember.ts';
import { textOf } from '../../bench/result.ts';
import { scale } from '../../bench/scale.ts';
import { start } from '../../bench/start.ts';
import { throughput } from '../../bench/throughput.ts';
import { MANNERS } from '../../bench/ways.ts';
import { webhooks } from '../../bench/webhooks.ts';

// Small sizes: that the benchmarks run and count right, not how fast anything is.

test('the latency benchmark runs both sides and gives a ratio for each round', async () => {
  const { tables, goals } = await latency({ rows: 100, rounds: 1, latencyMs: 5, concurrency: 20 });
  assert.deepEqual(
    tables[0]!.rows.map(([round]) => round),
    [1, 'median'],
  );
  for (const { measured } of goals) assert.ok(Number(measured) > 0, measured);
});

test('the throughput benchmark brings every row through by every way, and gives a ratio to the plain loop', async () => {
  const { tables, goals } = await throughput({ rows: 100, rounds: 1, concurrency: 10, latencies: [0] });
  const ratios = new Map(tables[0]!.rows.map((cells) => [cells[0], Number(cells[3])]));
  assert.equal(ratios.get('csv-parse, p-limit, got'), 1);
  for (const ratio of ratios.values()) assert.ok(ratio > 0, String(ratio));
  assert.ok(
    tables[0]!.rows.every((cells) => cells.at(-1) === 0),
    'nothing is lost',
  );
  assert.equal(goals.length, 2);
});

test('the million benchmark samples the memory of the program and of its Redis', async () => {
  const { tables, goals } = await million({ rows: 400, concurrency: 50, everyMs: 100 });
  assert.equal(tables[0]!.rows[0]![0], 400);
  assert.deepEqual(
    goals.map(({ measured }) => Number.parseInt(measured, 10) > 0),
    [true, true],
  );
});

test('the scale benchmark brings every row through a small Redis', async () => {
  const { tables, goals } = await scale({ rows: 400, contacts: 150, maxmemoryMb: 16, concurrency: 50, everyMs: 50 });
  const [rows, , , , , peak] = tables[0]!.rows[0]!;
  assert.equal(rows, 400);
  assert.ok(Number(peak) > 0, String(peak));
  assert.deepEqual(
    goals.filter(({ holds }) => !holds),
    [],
  );
});

test('the nightly benchmark counts the calls of every way, and watches an agent beside them', async () => {
  const file = { rows: 300, every: 50 };
  // Its two halves side by side: neither is timed here.
  const [{ tables, goals }, beside] = await Promise.all([
    nightlyCalls({ ...file, sample: 50 }),
    nightlyAgent({ ...file, seconds: 0.3, warmUp: 0, manners: [MANNERS[0]!] }),
  ]);
  const [cold, warm, script, put] = tables[0]!.rows.map((cells) => cells.slice(2, 6).map(Number));
  assert.deepEqual(cold!.slice(0, 3), [20, 0, 6]);
  assert.equal(warm![2], 6);
  assert.deepEqual(
    [script, put],
    [
      [0, 300, 300, 0],
      [0, 0, 300, 0],
    ],
  );
  assert.deepEqual(goals.at(-1), { goal: 'PUTs of ours that changed nothing: 0', measured: '0', holds: true });
  assert.equal(beside.rows.length, 3);
  for (const [name, , p50] of beside.rows) assert.match(String(p50), /^(over )?\d+$/, String(name));
});

test('the start benchmark times whole processes', async () => {
  const { tables } = await start({ rounds: 1, warmUp: 0 });
  for (const [name, ms] of tables[0]!.rows) assert.ok(Number(ms) > 0, String(name));
});

test('the calls benchmark finds the calls that are promised', async () => {
  const result = await calls({ rows: 300 });
  assert.deepEqual(
    result.goals.filter(({ holds }) => !holds),
    [],
  );
  const page = pageOf({
    date: '2026-01-01',
    machine: { node: 'v20' },
    benches: { calls: { command: 'c', at: '', ...result } },
  });
  assert.ok(page.includes(textOf(result).trimEnd()));
});

test('the remember benchmark settles every row in both of its runs', async () => {
  const { tables, goals } = await remember({ rows: 5_000 });
  assert.deepEqual(
    tables[0]!.rows.map(([, contacts]) => contacts),
    ['5000', '5000', '5000'],
  );
  for (const { measured } of goals) assert.ok(Number.parseFloat(measured) > 0, measured);
});

test('the attention benchmark finds every row once, in the order of the input', async () => {
  const { tables, goals } = await attention({ rows: 5_000 });
  assert.equal(tables[0]!.rows[0]![0], 5_000);
  assert.deepEqual(
    goals.filter(({ holds }) => !holds),
    [],
  );
});

test('the read benchmark gives every row of every file to both sides', async () => {
  const { tables, goals } = await read({ rows: 2000, rounds: 1 });
  assert.deepEqual(
    tables[0]!.rows.map(([file]) => file),
    ['UTF-8', 'csv-parse alone', 'windows-1252', 'UTF-8, gzip'],
  );
  for (const { measured } of goals) assert.ok(Number.parseFloat(measured) > 0, measured);
});

test('the webhooks benchmark measures both servers and every event on its way to a write', async () => {
  const { tables, goals } = await webhooks({
    events: 100,
    warmUp: 20,
    rounds: 1,
    steadySeconds: 0.2,
    singles: 3,
    connections: 5,
  });
  assert.deepEqual(
    tables[0]!.rows.map(([round]) => round),
    [1, 'median'],
  );
  const [, , , toWrite] = tables[1]!.rows;
  for (const ms of toWrite!.slice(1)) assert.ok(Number(ms) >= 0, String(ms));
  for (const { measured } of goals) assert.ok(Number.parseFloat(measured) > 0, measured);
});
