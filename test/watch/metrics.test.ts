import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { OUTCOMES } from '../../src/run/outcome.ts';
import { OF_ACCOUNT, OF_KNOWN } from '../../src/watch/metric.ts';
import { metricsOf } from '../../src/watch/metrics.ts';
import { sight } from './sights.ts';

/** Samples of ours by name and labels, those of desk and account left out. */
function samplesIn(body: string): Map<string, number> {
  const samples = new Map<string, number>();
  for (const line of body.split('\n').filter((text) => text.startsWith('contact_sync_'))) {
    const [, name, labels, value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line)!;
    const own = (labels ?? '').split(/,(?=\w+=")/).filter((label) => !/^(desk|account)="/.test(label));
    samples.set(`${name}{${own.join(',')}}`, Number(value));
  }
  return samples;
}

test('every figure of an account is there under its name, with its desk and its number', async () => {
  const { type, body } = await metricsOf([sight()]);
  assert.match(type, /^text\/plain; version=0\.0\.4/);
  const samples = samplesIn(body);
  const expected = {
    'contact_sync_ready{}': 1,
    'contact_sync_redis_up{}': 1,
    'contact_sync_rows_total{outcome="updated"}': 100,
    'contact_sync_calls_total{kind="update"}': 200,
    'contact_sync_desk_seconds_total{kind="update"}': 0.3,
    'contact_sync_retries_total{}': 7,
    'contact_sync_rate_limited_total{}': 8,
    'contact_sync_events_total{source="crm",result="duplicates"}': 12,
    'contact_sync_waiting_changes{}': 17,
    'contact_sync_jobs{state="delayed"}': 4,
    'contact_sync_workers{}': 2,
    'contact_sync_calls_in_flight{}': 6,
    'contact_sync_rate_limit_per_minute{}': 3000,
    'contact_sync_calls_this_minute{}': 120,
    'contact_sync_held{cause="outage"}': 0,
    'contact_sync_desk_share{}': 0.25,
    'contact_sync_quarantined_events{}': 6,
    'contact_sync_open_runs{status="running"}': 0,
  };
  for (const [name, value] of Object.entries(expected)) assert.equal(samples.get(name), value, name);
  const outcomes = [...samples.keys()].filter((name) => name.startsWith('contact_sync_rows_total'));
  assert.equal(outcomes.length, OUTCOMES.length, 'an outcome that never came is 0, not absent');
  assert.match(body, /contact_sync_ready\{desk="https:\/\/desk\.test",account="1"\} 1/);
  assert.match(body, /^process_resident_memory_bytes \d+$/m);
  assert.match(body, /^nodejs_eventloop_lag_seconds /m);
});

test('what holds calls is told by its cause, and what is fixed has no share', async () => {
  const { pace } = sight().known!;
  const { body } = await metricsOf([sight({ pace: { ...pace, cause: 'outage', occupation: null } })]);
  const samples = samplesIn(body);
  assert.equal(samples.get('contact_sync_held{cause="outage"}'), 1);
  assert.equal(samples.get('contact_sync_held{cause="paused"}'), 0);
  assert.equal(samples.get('contact_sync_desk_share{}'), undefined);
});

test('of runs that are over the newest of each command tells when it ended, and how', async () => {
  const run = { run: 'r', rows: 10, settled: 10, started_at: '2026-01-14T02:15:00.000Z' };
  const { body } = await metricsOf([
    sight({
      runs: [
        { ...run, command: 'sync', status: 'running', duration_ms: 90_000, attention: 9 },
        { ...run, command: 'sync', status: 'finished', duration_ms: 60_000, attention: 2 },
        { ...run, command: 'sync', status: 'finished', duration_ms: 30_000, attention: 3 },
        { ...run, command: 'retry', status: 'stopped', duration_ms: 0, attention: 1 },
      ],
    }),
  ]);
  const samples = samplesIn(body);
  const at = Date.parse(run.started_at) / 1000;
  assert.equal(samples.get('contact_sync_run_end_timestamp_seconds{command="sync"}'), at + 60);
  assert.equal(samples.get('contact_sync_run_attention_rows{command="sync"}'), 2);
  assert.equal(samples.get('contact_sync_run_end_timestamp_seconds{command="retry"}'), at);
  assert.equal(samples.get('contact_sync_open_runs{status="running"}'), 1);
});

test('while Redis is away only that is told; a second look counts nothing twice; accounts stand side by side', async () => {
  const { known: _, ...away } = sight({}, { account: 2, ready: false, why: 'Redis is away' });
  await metricsOf([sight()]);
  const { body } = await metricsOf([sight(), away]);
  const lines = body.split('\n').filter((line) => line.startsWith('contact_sync_'));
  assert.deepEqual(
    lines.filter((line) => line.includes('account="2"')).map((line) => line.replace(/\{.*\}/, '')),
    ['contact_sync_ready 0', 'contact_sync_redis_up 0'],
  );
  assert.ok(lines.some((line) => line.startsWith('contact_sync_retries_total') && line.endsWith(' 7')));
});

test('every metric is told of in docs/monitoring.md, and no other', () => {
  const text = readFileSync('docs/monitoring.md', 'utf8');
  const told = [...text.matchAll(/^\| `contact_sync_(\w+)`/gm)].map(([, name]) => name!);
  assert.deepEqual(told, [...OF_ACCOUNT, ...OF_KNOWN].map(({ name }) => name).concat('build_info'));
});
