import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextStep, shellWord } from '../../src/report/next-step.ts';
import type { Summary } from '../../src/run/summary.ts';
import { attentionSummary, outcomeCounts, sampleSummary } from './sample.ts';

test('each end of a run has its one next step', () => {
  const failed = outcomeCounts({ updated: 998, failed: 2 });
  const table: [string, ReturnType<typeof nextStep>][] = [
    ['contact-sync status run_a1', nextStep(sampleSummary({ status: 'running' }))],
    ['contact-sync sync contacts.csv --run-id run_a1', nextStep(sampleSummary({ status: 'interrupted' }))],
    ['contact-sync sync contacts.csv --run-id run_a1', nextStep(sampleSummary({ status: 'stopped' }))],
    ['contact-sync sync contacts.csv', nextStep(sampleSummary({ status: 'cancelled' }))],
    ['contact-sync sync reports/run_a1/needs-attention.csv', nextStep(attentionSummary())],
    ['contact-sync sync reports/run_a1/needs-attention.csv', nextStep(attentionSummary({ command: 'enqueue' }))],
    ['contact-sync sync reports/run_a1/needs-attention.csv', nextStep(sampleSummary({ outcomes: failed }))],
  ];
  for (const [command, step] of table) assert.equal(step.command, command);
  assert.match(nextStep(sampleSummary({ outcomes: failed })).text, /^2 rows can be tried again as they are/);
});

test('there is nothing to do when all is well', () => {
  assert.deepEqual(nextStep(sampleSummary()), { text: 'Nothing to do.' });
});

test('a command can be copied whatever the file is called', () => {
  assert.equal(shellWord('exports/a-b_c.csv'), 'exports/a-b_c.csv');
  assert.equal(shellWord('my contacts.csv'), "'my contacts.csv'");
  assert.equal(shellWord("it's; rm -rf $HOME"), "'it'\\''s; rm -rf $HOME'");
  assert.equal(shellWord(''), "''");
});

test('after a guard rail: first a look, never the override by itself', () => {
  const stopped = (stopped_by: Summary['stopped_by']) =>
    nextStep(sampleSummary({ status: 'cancelled', ...(stopped_by === undefined ? {} : { stopped_by }) }));
  assert.deepEqual(stopped('changed'), {
    text: 'Look at what it would do, and let it pass only when that is meant:',
    command: 'contact-sync plan contacts.csv',
  });
  assert.deepEqual(stopped('column'), stopped('changed'));
  assert.match(stopped('failed').text, /needs-attention\.csv why Chatwoot refuses/);
  assert.match(stopped('shrunk').text, /export is complete/);
  for (const rail of ['failed', 'shrunk'] as const)
    assert.equal(stopped(rail).command, 'contact-sync sync contacts.csv', rail);
});
