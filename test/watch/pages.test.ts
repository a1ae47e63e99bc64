import assert from 'node:assert/strict';
import { test } from 'node:test';
import { overviewPage } from '../../src/watch/page.ts';
import { queuesPage } from '../../src/watch/queue-page.ts';
import { sight } from './sights.ts';

const RUN = {
  run: 'run_20260114_0215_k3f9',
  command: 'sync',
  started_at: '2026-01-14T02:15:00.000Z',
  duration_ms: 65_000,
  rows: 12_480,
};

/** The words of a page, its style left out. */
function words(page: string): string {
  return page
    .replace(/<style>.*?<\/style>/s, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ');
}

test('the page tells at a glance what goes on', () => {
  const page = overviewPage([
    sight({
      runs: [
        {
          ...RUN,
          status: 'running',
          rows_total: 24_960,
          settled: 12_480,
          attention: 3,
          waiting: 'waiting: Chatwoot says 429',
        },
        { ...RUN, run: 'run_old', status: 'finished', settled: 12_480, attention: 41 },
      ],
    }),
  ]);
  const text = words(page);
  assert.match(text, /Ready Deliveries are taken in, and changes are written\./);
  assert.match(text, /Account 1 https:\/\/desk\.test ready/);
  assert.match(
    text,
    /17 changes are waiting 120 of 3,000 calls this minute 2 workers, 6 calls in flight 25 % of the desk steady/,
  );
  assert.match(text, /sync run_20260114_0215_k3f9 waiting: Chatwoot says 429 12,480 of 24,960 3 1 min 5 s/);
  assert.match(page, /aria-label="50 %"><i style="width:50%">/);
  assert.match(text, /crm 11 12 13 14/);
  assert.match(text, /6 events could not be used\. See them: contact-sync events list/);
  assert.match(text, /sync run_old 2026-01-14 02:15:00 UTC finished 12,480 41 \(0\.3 %\) 1 min 5 s/);
  assert.match(page, /<meta http-equiv="refresh" content="5">/);
  assert.doesNotMatch(page, /<script|src=|url\(/);
});

test('what is not ready says why; of several accounts each for itself', () => {
  const { known: _, ...away } = sight({}, { account: 2, ready: false, why: 'Redis is away' });
  assert.match(words(overviewPage([away])), /Not ready Redis is away\./);
  const both = words(overviewPage([sight(), away]));
  assert.match(both, /1 account not ready account 2: Redis is away/);
  assert.match(both, /Account 2 https:\/\/desk\.test not ready/);
});

test('nothing that somebody could name becomes part of the page', () => {
  const name = '<img src=x onerror=alert(1)>';
  const { jobs, sources } = sight().known!;
  const page = overviewPage([
    sight(
      {
        sources: [{ ...sources[0]!, name }],
        runs: [{ ...RUN, run: name, status: 'finished', settled: 0, attention: 0 }],
      },
      { why: name, desk: name },
    ),
  ]);
  const listed = {
    active: [],
    waiting: [],
    delayed: [],
    failed: [{ name: 'match', subject: name, attempts: 5, addedMs: 0, failed: name }],
  } as const;
  const queue = queuesPage([{ desk: name, account: 1, jobs: { counts: jobs, listed } }], 0);
  for (const text of [page, queue]) {
    assert.ok(!text.includes('<img'), 'escaped');
    assert.ok(text.includes('&lt;img src=x onerror=alert(1)&gt;'), 'and shown');
  }
});

test('the queue shows the first jobs of each kind, how many there are, and why one failed', () => {
  const job = { name: 'update', subject: '4711', attempts: 1, addedMs: 1000, begunMs: 3000 } as const;
  const text = words(
    queuesPage(
      [
        {
          desk: 'https://desk.test',
          account: 1,
          jobs: {
            counts: { active: 1, waiting: 30, delayed: 0, failed: 1 },
            listed: {
              active: [job],
              waiting: [{ ...job, name: 'match', subject: 'b12' }],
              delayed: [],
              failed: [{ ...job, failed: 'ERR unknown command, with args beginning with: hunter2' }],
            },
          },
        },
      ],
      5000,
    ),
  );
  assert.match(text, /1 active 30 waiting 0 delayed 1 failed/);
  assert.match(text, /At work Job Attempts Added Taken Last failed write contact 4711 1 4\.0 s ago 2\.0 s ago/);
  assert.match(text, /look up batch b12 .* and 29 more/);
  assert.match(text, /Given up within the last day .* ERR unknown command/);
  assert.doesNotMatch(text, /hunter2|Waiting for their next attempt/);
  assert.match(words(queuesPage([{ desk: 'd', account: 3 }], 0)), /Account 3 d Redis is away\./);
});
