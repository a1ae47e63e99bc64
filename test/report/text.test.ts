import assert from 'node:assert/strict';
import { test } from 'node:test';
import { displayWidth } from '../../src/report/layout.ts';
import { summaryText } from '../../src/report/text.ts';
import { attentionSummary, callCounts, outcomeCounts, sampleSummary } from './sample.ts';

const PLAIN = { width: 80, colour: false };

test('a run in which all went well fits in a glance and ends with nothing to do', () => {
  assert.equal(
    summaryText(sampleSummary(), PLAIN),
    `sync run_a1  finished                         1,000 rows in 12.4 s · 80.6 rows/s

  updated    980  98.0 %  ███████████████████████▌
  unchanged   20   2.0 %  ▌

Books     1,000 rows read = 980 updated + 20 unchanged: the books balance
Calls     1,049 calls, 1.05 a row: 980 update + 67 filter + 2 other · 0 retries
          · never rate limited
          a PUT per row would have cost 1,000 calls and 19.0 s of the desk's
          time
Desk      20.4 s of its time, 41.2 % of one core while the run lasted
Files     contacts.csv  1,000 rows
Report    reports/run_a1

Next      Nothing to do.
`,
  );
});

test('rows that need attention are marked, explained and followed by the command that repairs them', () => {
  const text = summaryText(attentionSummary({ retries: 1, rate_limited: 2 }), PLAIN);
  assert.match(text, /^! not_found {4}3 {2} 0\.3 % {2}▏$/m);
  assert.match(text, /^! 5 rows need attention$/m);
  assert.match(text, /1 retry · rate limited 2 times|1 retry\n {10}· rate limited 2 times/);
  assert.ok(
    text.includes(`Why rows need attention
  3  no-such-contact: No contact has this match key.
     → Check the key in Chatwoot; contacts without e-mail, phone and identifier
       are invisible to its filter.
  1  phone-format: The phone number is not in E.164 form.
     → Write it as + and 2 to 15 digits, for example +4915112345678.
`),
    text,
  );
  assert.ok(
    text.endsWith(`Next      Fix needs-attention.csv and feed it back, with the same options:
          contact-sync sync reports/run_a1/needs-attention.csv
`),
    text,
  );
});

test('at most eight reasons are shown, and a reason of a newer version by its name', () => {
  const reasons = Object.fromEntries(
    [
      'row-malformed',
      'row-ragged',
      'nul-byte',
      'bad-text',
      'no-match-key',
      'email-format',
      'too-long',
      'not-a-date',
    ].map((reason) => [reason, 2]),
  );
  const outcomes = outcomeCounts({ updated: 981, invalid: 19 });
  const text = summaryText(sampleSummary({ outcomes, reasons: { ...reasons, 'from-the-future': 3 } }), PLAIN);
  assert.match(text, /^ {2}3 {2}from-the-future$/m);
  assert.match(text, /and 1 other reason$/m);
  assert.doesNotMatch(text, /too-long/);
});

test('reasons of rows that need nobody are not among the reasons for attention', () => {
  const text = summaryText(sampleSummary({ reasons: { 'folded-into-newer': 4 } }), PLAIN);
  assert.doesNotMatch(text, /Why rows need attention/);
});

test('books that do not balance are said out loud', () => {
  const missing = summaryText(sampleSummary({ outcomes: outcomeCounts({ updated: 999 }) }), { ...PLAIN, width: 200 });
  assert.match(missing, /1,000 rows read, 999 updated: 1 row without an outcome, THE BOOKS DO NOT BALANCE/);
  assert.match(missing, /Please report this as a bug and keep reports\/run_a1\/outcomes\.ndjson\.\n$/);
  const many = summaryText(sampleSummary({ outcomes: outcomeCounts({ updated: 1002 }) }), { ...PLAIN, width: 200 });
  assert.match(many, /2 outcomes too many, THE BOOKS DO NOT BALANCE/);
});

test('an interrupted run tells how many rows wait and how to go on', () => {
  const outcomes = outcomeCounts({ updated: 400 });
  const text = summaryText(sampleSummary({ status: 'interrupted', outcomes }), { ...PLAIN, width: 120 });
  assert.match(text, /400 updated: 600 rows without an outcome so far/);
  assert.ok(
    text.endsWith(`Next      600 rows still wait for an outcome; nothing is lost. Continue the run:
          contact-sync sync contacts.csv --run-id run_a1
`),
    text,
  );
});

test('a run without rows and without calls has no odd numbers', () => {
  const text = summaryText(
    sampleSummary({
      rows: 0,
      duration_ms: 0,
      outcomes: outcomeCounts({}),
      calls: callCounts({}),
      desk: { busy_ms: 0, share: 0, by_call: {} },
      files: [],
    }),
    PLAIN,
  );
  assert.doesNotMatch(text, /NaN|Infinity|undefined/);
  assert.match(text, /0 rows read = 0: the books balance/);
  assert.match(text, /none: Chatwoot was not asked at all/);
});

test('no line but a command is wider than the terminal', () => {
  for (const width of [40, 60, 80, 120]) {
    for (const line of summaryText(attentionSummary(), { width, colour: false }).split('\n')) {
      if (!line.includes('contact-sync')) assert.ok(displayWidth(line) <= width, `${width}: ${line}`);
    }
  }
});

test('colour only adds colour', () => {
  const painted = summaryText(attentionSummary(), { width: 80, colour: true });
  assert.ok(painted.includes('\u001b[32mupdated'));
  assert.equal(painted.replace(/\u001b\[\d+m/g, ''), summaryText(attentionSummary(), PLAIN));
});

test('a file name cannot write to the terminal', () => {
  const files = [{ path: 'evil\u001b[2J\r\n.csv', rows: 1, sha256: '' }];
  const text = summaryText(sampleSummary({ files, status: 'stopped' }), PLAIN);
  assert.ok(!text.includes('\u001b') && !text.includes('\r'));
  assert.match(text, /evil�\[2J��\.csv/);
});
