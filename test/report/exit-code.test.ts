import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exitCode } from '../../src/report/exit-code.ts';
import { NEEDS_ATTENTION, OUTCOMES } from '../../src/run/outcome.ts';
import { attentionSummary, outcomeCounts, sampleSummary } from './sample.ts';

test('0 when all rows settled well, 1 when any outcome needs attention', () => {
  for (const outcome of OUTCOMES) {
    const summary = sampleSummary({ outcomes: outcomeCounts({ [outcome]: 1000 }) });
    assert.equal(exitCode(summary, { booksBalance: true }), NEEDS_ATTENTION.has(outcome) ? 1 : 0, outcome);
  }
});

test('2 when nothing was sent because something the operator wrote is wrong', () => {
  assert.equal(exitCode(sampleSummary(), { booksBalance: true, refused: true }), 2);
});

test('3 when the run did not come to its end or its books do not balance, whatever the rows say', () => {
  assert.equal(exitCode(attentionSummary(), { booksBalance: false }), 3);
  assert.equal(exitCode(sampleSummary(), { booksBalance: true, stoppedEarly: 'the token was refused' }), 3);
  for (const status of ['running', 'cancelled', 'interrupted', 'stopped'] as const) {
    assert.equal(exitCode(sampleSummary({ status }), { booksBalance: true }), 3, status);
  }
});
