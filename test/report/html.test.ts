import assert from 'node:assert/strict';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { STYLE } from '../../src/report/html/style.ts';
import { summaryHtml, writeHtml } from '../../src/report/html.ts';
import { OUTCOMES } from '../../src/run/outcome.ts';
import { attentionSummary, callCounts, outcomeCounts, sampleSummary } from './sample.ts';

test('the page is whole: headline, next step, books, reasons with remedies, files and how to take it back', () => {
  const page = summaryHtml(attentionSummary(), [
    { source: 'contacts.csv', line: 118, outcome: 'not_found', reason: 'no-such-contact' },
    {
      source: 'contacts.csv',
      line: 7,
      outcome: 'failed',
      reason: 'timed-out',
      contactId: 42,
      contactUrl: 'https://d/42',
    },
  ]);
  for (const part of [
    '<h1>5 of 1,000 rows need attention, 995 settled well</h1>',
    '<code>contact-sync sync reports/run_a1/needs-attention.csv</code>',
    '1,000 rows read = 975 updated + 20 unchanged + 3 not_found + 1 invalid + 1 failed: the books balance',
    'aria-label="updated 975, unchanged 20, not_found 3, invalid 1, failed 1"',
    'The phone number is not in E.164 form.',
    'line 118 of <span class="mono">contacts.csv</span>',
    '<a href="https://d/42" rel="noopener noreferrer">contact 42</a>',
    'and 2 rows more in needs-attention.csv',
    '1,000 calls, 19.0 s of desk time',
    'ab'.repeat(32),
    'contact-sync undo run_a1',
  ]) {
    assert.ok(page.includes(part), part);
  }
});

test('the page loads nothing and runs nothing', () => {
  const page = summaryHtml(attentionSummary(), []);
  assert.doesNotMatch(page, /<script|<link|<img|@import|url\(|\son\w+=/i);
  assert.match(page, /default-src 'none'/);
});

test('everything from outside is escaped, and only http addresses become links', () => {
  const evil = '"><script>alert(1)</script>\u0000';
  const page = summaryHtml(
    attentionSummary({
      run: evil,
      command: evil,
      report_dir: evil,
      files: [{ path: evil, rows: 1, sha256: evil }],
      reasons: { [evil]: 3, 'no-such-contact': 2 },
    }),
    [
      {
        source: evil,
        line: 1,
        outcome: 'not_found',
        reason: evil,
        detail: evil,
        contactId: 1,
        contactUrl: 'javascript:alert(1)',
      },
      {
        source: evil,
        line: 1,
        outcome: 'not_found',
        reason: 'no-such-contact',
        contactId: 2,
        contactUrl: `https://d/"${evil}`,
      },
    ],
  );
  assert.doesNotMatch(page, /<script|javascript:|\u0000/);
  assert.ok(page.includes('&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;'));
});

test('each state of a run has its headline', () => {
  const headline = (change: Parameters<typeof sampleSummary>[0]) =>
    /<h1>(.*)<\/h1>/.exec(summaryHtml(sampleSummary(change), []))?.[1];
  const half = outcomeCounts({ updated: 500 });
  assert.equal(headline({}), 'All 1,000 rows settled well');
  assert.equal(headline({ rows: 0, outcomes: outcomeCounts({}) }), 'No row was read');
  assert.equal(headline({ rows: 1, outcomes: outcomeCounts({ updated: 1 }) }), 'The one row settled well');
  assert.equal(headline({ rows: 1, outcomes: outcomeCounts({ failed: 1 }) }), '1 of 1 row needs attention');
  assert.equal(headline({ outcomes: half }), 'The books do not balance');
  assert.equal(headline({ outcomes: half, status: 'running' }), 'Under way: 500 of 1,000 rows settled');
  assert.equal(headline({ outcomes: half, status: 'cancelled' }), 'Cancelled: 500 of 1,000 rows settled');
  assert.equal(headline({ outcomes: half, status: 'interrupted' }), 'Interrupted: 500 of 1,000 rows settled');
  assert.equal(headline({ outcomes: half, status: 'stopped' }), 'Stopped early: 500 of 1,000 rows settled');
});

test('a run without rows and calls has no odd numbers', () => {
  const page = summaryHtml(
    sampleSummary({
      rows: 0,
      duration_ms: 0,
      finished_at: null,
      outcomes: outcomeCounts({}),
      calls: callCounts({}),
      desk: { busy_ms: 0, share: 0, by_call: {} },
      files: [],
    }),
    [],
  );
  assert.doesNotMatch(page, /NaN|Infinity|undefined|\[object/);
});

test('every outcome has its colour', () => {
  for (const outcome of OUTCOMES) assert.ok(STYLE.text.includes(`--${outcome}:`), outcome);
});

test('report.html is readable by its owner alone', async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'report-'));
  t.after(() => rm(dir, { recursive: true }));
  const path = await writeHtml(dir, sampleSummary(), []);
  assert.equal(path, join(dir, 'report.html'));
  assert.equal((await stat(path)).mode & 0o777, 0o600);
});
