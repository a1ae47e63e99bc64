import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type RunLine, runsText, statusText } from '../../src/report/runs.ts';

const PLAIN = { width: 100, colour: false };

function run(change: Partial<RunLine> = {}): RunLine {
  return {
    run: 'run_a1',
    command: 'sync',
    status: 'running',
    started_at: '2026-01-14T02:15:00.000Z',
    duration_ms: 65_000,
    rows: 10_000,
    rows_total: 12_480,
    settled: 4210,
    attention: 3,
    workers: 2,
    ...change,
  };
}

test('status shows progress, what a run waits for and who works on it', () => {
  assert.equal(
    statusText(
      [run({ waiting: 'waiting: Chatwoot says 429' }), run({ run: 'run_b2', status: 'paused', workers: 0 })],
      PLAIN,
    ),
    `sync run_a1  running
  ████████▏░░░░░░░░░░░░░░░  33.7 %  4,210 of 12,480 rows settled · 3 rows need attention
  started 2026-01-14 02:15:00 UTC, 1 min 5 s so far · 2 workers
  waiting: Chatwoot says 429

sync run_b2  paused
  ████████▏░░░░░░░░░░░░░░░  33.7 %  4,210 of 12,480 rows settled · 3 rows need attention
  started 2026-01-14 02:15:00 UTC, 1 min 5 s so far · no worker is there
  Start a worker: contact-sync work
  Continue all writing: contact-sync resume
`,
  );
});

test('status of a run that is still read, and of one that is over', () => {
  assert.match(statusText([run({ rows_total: undefined })], PLAIN), /4,210 of 10,000 rows settled, still reading/);
  const over = statusText([run({ status: 'finished', settled: 12_480, attention: 0 })], PLAIN);
  assert.match(over, /100 % {2}12,480 of 12,480 rows settled\n.*1 min 5 s\n$/);
});

test('runs is a table whose columns line up', () => {
  const lines = [run(), run({ run: 'run_long_name', status: 'finished', rows: 5, attention: 0, duration_ms: 400 })];
  assert.equal(
    runsText(lines, PLAIN),
    `RUN            STARTED (UTC)     COMMAND  STATUS      ROWS  ATTENTION  DURATION
run_a1         2026-01-14 02:15  sync     running   10,000          3  1 min 5 s
`.replace('DURATION', ' DURATION') +
      `run_long_name  2026-01-14 02:15  sync     finished       5          –      0.4 s
`,
  );
});

test('without runs both say where to go', () => {
  assert.equal(statusText([], PLAIN), 'No run is going on. Earlier ones: contact-sync runs\n');
  assert.equal(runsText([], PLAIN), 'No run yet. Try one: contact-sync demo\n');
});

test('colour only adds colour', () => {
  const strip = (text: string) => text.replace(/\u001b\[\d+m/g, '');
  assert.equal(strip(runsText([run()], { ...PLAIN, colour: true })), runsText([run()], PLAIN));
  assert.equal(strip(statusText([run()], { ...PLAIN, colour: true })), statusText([run()], PLAIN));
});
