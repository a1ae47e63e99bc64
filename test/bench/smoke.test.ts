import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attention } from '../../bench/attention.ts';
import { bounds } from '../../bench/bounds.ts';
import { calls } from '../../bench/calls.ts';
import { latency } from '../../bench/latency.ts';
import { million } from '../../bench/million.ts';
import { pageOf } from '../../bench/page.ts';
import { read } from '../../bench/read.ts';
import { remember } from '../../bench/remember.ts';
import { textOf } from '../../bench/result.ts';
import { throughput } from '../../bench/throughput.ts';
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

test('the bounds benchmark brings every row through a small Redis', async () => {
  const { tables, goals } = await bounds({ rows: 400, maxmemoryMb: 16, concurrency: 50, everyMs: 100 });
  assert.equal(tables[0]!.rows[0]![0], 400);
  assert.deepEqual(
    goals.filter(({ holds }) => !holds),
    [],
  );
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
