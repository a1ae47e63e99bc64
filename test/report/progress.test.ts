import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { displayWidth } from '../../src/report/layout.ts';
import { createProgress } from '../../src/report/progress.ts';
import { barLine, type ProgressState, type ProgressView, plainLine } from '../../src/report/progress-line.ts';

function state(change: Partial<ProgressView> = {}): ProgressView {
  return {
    rowsRead: 10_000,
    rowsTotal: 10_000,
    settled: 4200,
    outcomes: { updated: 4197, not_found: 2, failed: 1 },
    callsLastMinute: 2940,
    rateLimit: 3000,
    inFlight: 4,
    pace: 'auto 50 %',
    ...change,
  };
}

/** A stream that remembers, and a clock that is moved by hand. */
function stage(isTTY: boolean, columns?: number) {
  const clock = { now: 0 };
  const written: string[] = [];
  const stream = { isTTY, columns, write: (text: string) => written.push(text) };
  return { clock, written, stream, now: () => clock.now };
}

test('the bar says where the run stands', () => {
  assert.equal(
    barLine(state({ rowsPerSecond: 81.2 }), 140),
    '██████████▏░░░░░░░░░░░░░   42 %   4,200/10,000 rows  3 problems  1 min 11 s left  81.2 rows/s  2,940/3,000 calls/min  4 in flight  auto 50 %',
  );
  assert.equal(
    barLine(state({ rowsPerSecond: 81.2 }), 79),
    '████▎░░░░░   42 %   4,200/10,000 rows  3 problems  1 min 11 s left  81.2 rows/s',
  );
  assert.equal(barLine(state(), 10), ' 42 %');
});

test('a waiting reason takes the place of speed and time left', () => {
  const line = barLine(state({ rowsPerSecond: 81, waiting: 'waiting: Chatwoot says 429, next minute in 32 s' }), 110);
  assert.match(line, /3 problems {2}waiting: Chatwoot says 429, next minute in 32 s/);
  assert.doesNotMatch(line, /left|rows\/s/);
});

test('while the end of the source is unknown the total is an estimate, and never 100 %', () => {
  const reading = state({ rowsTotal: undefined, fraction: 0.25, rowsRead: 1000, settled: 1000, outcomes: {} });
  assert.match(plainLine(reading), /^25 % · 1,000\/~4,000 rows · 2,940/);
  assert.match(plainLine({ ...reading, fraction: 1 }), /^99 %/);
  assert.match(plainLine({ ...reading, fraction: undefined }), /^1,000 of 1,000 rows read/);
});

test('100 % is the last row and nothing less', () => {
  assert.match(plainLine(state({ settled: 9999 })), /^99 %/);
  assert.match(plainLine(state({ settled: 10_000 })), /^100 %/);
  assert.match(plainLine(state({ settled: 0, rowsTotal: 0 })), /^100 %/);
});

test('the bar is never wider than the terminal, whatever it has to say', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 200 }),
      fc.record({
        settled: fc.nat(),
        rowsRead: fc.nat(),
        rowsTotal: fc.option(fc.nat(), { nil: undefined }),
        fraction: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
        rowsPerSecond: fc.option(fc.double({ min: 0, max: 1e6, noNaN: true }), { nil: undefined }),
        waiting: fc.option(fc.string({ unit: 'grapheme', maxLength: 80 }), { nil: undefined }),
        pace: fc.option(fc.string({ unit: 'grapheme' }), { nil: undefined }),
      }),
      (columns, change) => {
        const line = barLine(state(change), columns);
        assert.ok(displayWidth(line) <= columns, `${columns}: ${line}`);
        assert.doesNotMatch(line, /[\r\n\u001b]/);
      },
    ),
  );
});

test('a terminal sees one line redrawn at most ten times a second', () => {
  const { clock, written, stream, now } = stage(true, 80);
  const progress = createProgress(stream, { now, quiet: false });
  for (clock.now = 0; clock.now < 1000; clock.now += 10) progress.update(state());
  assert.equal(written.length, 10);
  for (const text of written) {
    assert.ok(text.startsWith('\r') && text.endsWith('\u001b[K') && !text.includes('\n'));
    assert.ok(displayWidth(text.slice(1, -3)) < 80);
  }
});

test('a new waiting reason is drawn at once', () => {
  const { written, stream, now } = stage(true, 100);
  const progress = createProgress(stream, { now, quiet: false });
  progress.update(state());
  progress.update(state({ waiting: 'waiting: paused' }));
  assert.equal(written.length, 2);
  assert.match(written[1] ?? '', /waiting: paused/);
});

test('the speed follows the last ten seconds', () => {
  const { clock, written, stream, now } = stage(true, 140);
  const progress = createProgress(stream, { now, quiet: false });
  for (let second = 0; second <= 40; second += 1) {
    clock.now = second * 1000;
    // 100 rows a second for 20 s, then 10.
    progress.update(state({ settled: second <= 20 ? second * 100 : 2000 + (second - 20) * 10 }));
  }
  assert.match(written[10] ?? '', / 100 rows\/s/);
  assert.match(written[25] ?? '', / 55 rows\/s/);
  assert.match(written[40] ?? '', / 10 rows\/s/);
});

test('a note stays above the bar, and the bar is gone at the end', () => {
  const { written, stream, now } = stage(true, 80);
  const progress = createProgress(stream, { now, quiet: false });
  progress.update(state());
  progress.note('report in reports/run_a1');
  assert.equal(written[1], '\r\u001b[Kreport in reports/run_a1\n');
  assert.match(written[2] ?? '', /^\r/);
  progress.finish();
  assert.equal(written.at(-1), '\r\u001b[K');
  progress.update(state());
  progress.note('late');
  assert.equal(written.length, 4);
});

test('elsewhere a plain line comes every ten seconds and when the reason to wait changes, not with its countdown', () => {
  const { clock, written, stream, now } = stage(false);
  const progress = createProgress(stream, { now, quiet: false });
  const at = (ms: number, change: Partial<ProgressState>) => {
    clock.now = ms;
    progress.update(state(change));
  };
  at(0, { settled: 1 });
  at(9_999, { settled: 2 });
  assert.equal(written.length, 0);
  at(10_000, { settled: 3 });
  assert.equal(written.length, 1);
  assert.match(written[0] ?? '', /^0 % · 3\/10,000 rows · 3 problems · .*\n$/);
  at(11_000, { settled: 4, waiting: 'waiting: 429, next minute in 1 min 2 s' });
  at(12_000, { settled: 5, waiting: 'waiting: 429, next minute in 59 s' });
  assert.equal(written.length, 2);
  at(13_000, { settled: 6, waiting: 'waiting: 503, next minute in 59 s' });
  at(14_000, { settled: 7 });
  assert.equal(written.length, 4);
  progress.note('note');
  progress.finish();
  assert.deepEqual(written.slice(4), ['note\n']);
  assert.ok(written.every((text) => !text.includes('\r') && !text.includes('\u001b')));
});

test('the interval of plain lines can be set, and the last state is printed at the end', () => {
  const { clock, written, stream, now } = stage(false);
  const progress = createProgress(stream, { now, quiet: false, intervalMs: 1000 });
  for (clock.now = 0; clock.now <= 2500; clock.now += 500) progress.update(state({ settled: clock.now }));
  assert.equal(written.length, 2);
  progress.finish();
  assert.equal(written.length, 3);
  assert.match(written[2] ?? '', /2,500\/10,000 rows/);
});

test('quiet shows nothing at all', () => {
  const { written, stream, now } = stage(true, 80);
  const progress = createProgress(stream, { now, quiet: true });
  progress.update(state());
  progress.note('note');
  progress.finish();
  assert.deepEqual(written, []);
});
