import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextStep, shellWord } from '../../src/report/next-step.ts';
import type { Summary } from '../../src/run/summary.ts';
import { attentionSummary, outcomeCounts, sampleSummary } from './sample.ts';

const ATTENTION = 'reports/run_a1/needs-attention.csv';
const PIPE = [{ path: '-', rows: 1000, sha256: '' }];
const RETRY = { command: 'retry', of: 'run_0' };
const UNDO = { command: 'undo', of: 'run_0', files: [{ path: 'undo of run_0', rows: 1000, sha256: '' }] };

test('each end of a run has its one next step', () => {
  const failed = outcomeCounts({ updated: 998, failed: 2 });
  const table: [string, ReturnType<typeof nextStep>][] = [
    ['contact-sync status run_a1', nextStep(sampleSummary({ status: 'running' }))],
    ['contact-sync sync contacts.csv --run-id run_a1', nextStep(sampleSummary({ status: 'interrupted' }))],
    ['contact-sync sync contacts.csv --run-id run_a1', nextStep(sampleSummary({ status: 'stopped' }))],
    ['contact-sync retry run_a1', nextStep(sampleSummary({ status: 'cancelled' }))],
    ['contact-sync retry run_0 --run-id run_a1', nextStep(sampleSummary({ ...RETRY, status: 'interrupted' }))],
    ['contact-sync retry run_a1', nextStep(sampleSummary({ ...RETRY, outcomes: failed }))],
    ['contact-sync undo run_0 --run-id run_a1', nextStep(sampleSummary({ ...UNDO, status: 'stopped' }))],
    ['contact-sync undo run_0', nextStep(sampleSummary({ ...UNDO, outcomes: failed }))],
    ['contact-sync undo run_0', nextStep(attentionSummary(UNDO))],
    ['contact-sync apply contacts.csv', nextStep(attentionSummary({ command: 'apply' }))],
    ['contact-sync sync -', nextStep(sampleSummary({ status: 'cancelled', files: PIPE }))],
    [`contact-sync sync ${ATTENTION}`, nextStep(sampleSummary({ outcomes: failed, files: PIPE }))],
    ['contact-sync sync reports/run_a1/needs-attention.csv', nextStep(attentionSummary())],
    ['contact-sync sync reports/run_a1/needs-attention.csv', nextStep(attentionSummary({ command: 'enqueue' }))],
    ['contact-sync retry run_a1', nextStep(sampleSummary({ outcomes: failed }))],
  ];
  for (const [command, step] of table) assert.equal(step.command, command);
  assert.match(nextStep(sampleSummary({ outcomes: failed })).text, /^2 rows can be tried again as they are/);
});

test('what was compared with events is compared so again, and does not become newer by being fed back', () => {
  const reconciled = { source: 'app', as_of: '2026-01-14T02:00:00.000Z' };
  const RECONCILE = { command: 'reconcile', reconciled };
  const AS_OF = '--as-of 2026-01-14T02:00:00.001Z';
  const table: [string, ReturnType<typeof nextStep>][] = [
    [
      'contact-sync reconcile app contacts.csv --run-id run_a1',
      nextStep(sampleSummary({ ...RECONCILE, status: 'stopped' })),
    ],
    [`contact-sync reconcile app ${ATTENTION} ${AS_OF}`, nextStep(attentionSummary(RECONCILE))],
    [`contact-sync reconcile app ${ATTENTION} ${AS_OF}`, nextStep(attentionSummary({ ...RETRY, reconciled }))],
    ['contact-sync retry run_0 --run-id run_a1', nextStep(sampleSummary({ ...RETRY, reconciled, status: 'stopped' }))],
    ['contact-sync reconcile app -', nextStep(sampleSummary({ ...RECONCILE, status: 'cancelled', files: PIPE }))],
    [
      `contact-sync reconcile app contacts.csv ${AS_OF} --dry-run`,
      nextStep(sampleSummary({ ...RECONCILE, status: 'cancelled', stopped_by: 'changed' })),
    ],
    [
      'contact-sync reconcile app contacts.csv',
      nextStep(sampleSummary({ ...RECONCILE, status: 'cancelled', stopped_by: 'shrunk' })),
    ],
  ];
  for (const [command, step] of table) assert.equal(step.command, command);
});

test('a file whose place its source knows is not named, and nothing behind an address can be retried', () => {
  const files = [{ path: 'https://crm.test/export', rows: 1000, sha256: '' }];
  const source = 'crm';
  const failed = outcomeCounts({ updated: 998, failed: 2 });
  const known = { source, files: files.map((file) => ({ ...file, by_source: true as const })) };
  const reconciled = { source, as_of: '2026-01-14T02:00:00.000Z' };
  const table: [string, ReturnType<typeof nextStep>][] = [
    ['contact-sync sync --source crm --run-id run_a1', nextStep(sampleSummary({ ...known, status: 'stopped' }))],
    ['contact-sync sync --source crm', nextStep(sampleSummary({ ...known, status: 'cancelled' }))],
    [`contact-sync sync ${ATTENTION} --source crm`, nextStep(sampleSummary({ ...known, outcomes: failed }))],
    [
      'contact-sync plan --source crm',
      nextStep(sampleSummary({ ...known, status: 'cancelled', stopped_by: 'changed' })),
    ],
    [
      'contact-sync reconcile crm --preset zoho-contacts',
      nextStep(
        sampleSummary({
          ...{ ...known, command: 'reconcile', reconciled, preset: 'zoho-contacts' },
          ...{ status: 'cancelled', stopped_by: 'shrunk' },
        }),
      ),
    ],
    [
      'contact-sync sync https://crm.test/export --source crm',
      nextStep(sampleSummary({ source, files, status: 'cancelled' })),
    ],
  ];
  for (const [command, step] of table) assert.equal(step.command, command);
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
