import assert from 'node:assert/strict';
import { test } from 'node:test';
import { afterPlan } from '../../src/plan/next-step.ts';
import { outcomeCounts } from '../report/sample.ts';
import { samplePlan } from './sample.ts';

function commandAfter(args: string[], out?: string): string | undefined {
  return afterPlan(samplePlan(), out === undefined ? { args } : { args, out }).command;
}

test('sync takes the same arguments without those that only a plan has', () => {
  const args = 'my file.csv --match email --map Plan=name --all --out=p.ndjson --rate 600 --run-id run_1 --dry-run';
  assert.equal(
    commandAfter(['my file.csv', ...args.split(' ').slice(2)]),
    "contact-sync sync 'my file.csv' --match email --map Plan=name --rate 600",
  );
});

test('what only foresaw another command names that one', () => {
  const { command } = afterPlan(samplePlan(), { args: ['run_1', '--dry-run', '--rate', '600'], does: 'undo' });
  assert.equal(command, 'contact-sync undo run_1 --rate 600');
});

test('an option takes its value with it', () => {
  assert.equal(commandAfter(['--out', 'p.ndjson', 'a.csv']), 'contact-sync sync a.csv');
  assert.equal(commandAfter(['--limit', '5', '--', '--out']), 'contact-sync sync --limit 5 -- --out');
});

test('apply takes the file and what says which desk and how fast', () => {
  assert.equal(
    commandAfter(
      ['a.csv', '--match', 'email', '--config', 'c.yaml', '--rate=600', '--insecure', '--', '--quiet'],
      'p.ndjson',
    ),
    'contact-sync apply p.ndjson --config c.yaml --rate=600 --insecure',
  );
});

test('where nothing would be written there is nothing to do', () => {
  const well = samplePlan({ outcomes: outcomeCounts({ unchanged: 1000 }) });
  assert.deepEqual(afterPlan(well, { args: ['a.csv'] }), { text: 'Nothing to do: no contact would be changed.' });
  const attention = samplePlan({ outcomes: outcomeCounts({ unchanged: 997, not_found: 3 }) });
  assert.match(afterPlan(attention, { args: ['a.csv'] }).text, /^No contact would be changed\. Fix the rows/);
});

test('a guard rail that would stop the run comes before the command', () => {
  const plan = samplePlan({ rails: [{ rail: 'max-changed', sentence: '40 % would change.' }] });
  assert.match(afterPlan(plan, { args: ['a.csv'] }).text, /would be stopped/);
});
