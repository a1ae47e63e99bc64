import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { parse } from 'csv-parse/sync';
import type { Summary } from '../../src/run/summary.ts';
import type { FaultEffect } from '../../src/sandbox/faults.ts';
import { outcomesIn, type Rig, rig } from './rig.ts';

const REFUSED: FaultEffect = {
  kind: 'status',
  status: 422,
  json: { message: 'Name is reserved', attributes: ['name'] },
};

/** A record over several lines before the others: a row's number and its line are not the same. */
const FIRST = [
  'email,name,custom_attributes.note',
  'contact1@example.com,One,"two',
  'lines"',
  'contact2@example.com,Two,"=1+1, ""so"""',
  'gone@example.com,Gone,',
  'no address,Wrong,',
  'contact3@example.com,Three,',
].join('\r\n');
const SECOND = 'Mail;x,email,name\r\n,contact4@example.com,Four\r\n,contact5@example.com,Five\r\n';

test('failed rows are tried again with their own lines and cells, the others are not touched', async (t) => {
  const { sandbox, file, sync, run } = await rig(t, { sandbox: { contacts: 9 } });
  const fails = [2, 5].map((contactId) =>
    sandbox.faults.add({
      match: { method: 'PUT', contactId },
      effect: { kind: 'status', status: 500 },
      times: 5,
    }),
  );
  const first = await sync([file('a.csv', FIRST), file('b.csv', SECOND)]);
  assert.equal(first.code, 1, first.stderr);
  assert.equal(first.summary.outcomes.failed, 2);
  assert.deepEqual(
    fails.map(({ struck }) => struck),
    [5, 5],
  );

  sandbox.faults.add({ match: { method: 'PUT', contactId: 2 }, effect: REFUSED });
  const since = sandbox.requests.length;
  const second = await retried(run, [first.summary.run]);
  assert.equal(second.code, 1, second.stderr);
  assert.deepEqual(told(second.outcomes), [
    ['a.csv', 4, 'rejected', 'field-refused'],
    ['b.csv', 3, 'updated', null],
  ]);
  assert.deepEqual(writesSince(sandbox, since), [2, 5]);
  assert.equal(second.summary.command, 'retry');
  assert.equal(second.summary.of, first.summary.run);
  assert.deepEqual(
    second.summary.files.map(({ path: given, rows }) => [given, rows]),
    [
      ['a.csv', 1],
      ['b.csv', 1],
    ],
  );
  const [header, ...rows] = attentionIn(second.summary.report_dir);
  assert.deepEqual(header!.slice(0, 7), [
    'email',
    'name',
    'custom_attributes.note',
    'Mail;x',
    '_line',
    '_outcome',
    '_reason',
  ]);
  assert.deepEqual(
    rows.map((row) => row.slice(0, 7)),
    [['contact2@example.com', 'Two', `'=1+1, "so"`, '', '4', 'rejected', 'field-refused']],
  );

  const third = await retried(run, [second.summary.run, '--reason', 'field-refused']);
  assert.equal(third.code, 0, third.stderr);
  assert.deepEqual(told(third.outcomes), [['a.csv', 4, 'updated', null]], 'a retry can be retried');
  assert.equal(sandbox.contacts.get(2)!.name, 'Two');
  assert.equal(sandbox.contacts.get(2)!.custom_attributes.note, '=1+1, "so"');

  const nothing = await run(['retry', second.summary.run]);
  assert.equal(nothing.code, 2);
  assert.match(nothing.stderr, /No row of run_\S+ is of that kind\. "contact-sync report run_\S+" lists them all\.\n$/);
});

test('--reason takes rows that were refused or not found; a report made again keeps their cells', async (t) => {
  const { sandbox, file, sync, run } = await rig(t, { sandbox: { contacts: 5 } });
  sandbox.faults.add({ match: { method: 'PUT', contactId: 2 }, effect: REFUSED });
  const first = await sync([file('a.csv', FIRST)]);
  assert.deepEqual(told(first.outcomes), [
    ['a.csv', 2, 'updated', null],
    ['a.csv', 4, 'rejected', 'field-refused'],
    ['a.csv', 5, 'not_found', 'no-such-contact'],
    ['a.csv', 6, 'invalid', 'email-format'],
    ['a.csv', 7, 'updated', null],
  ]);
  const again = await retried(run, [first.summary.run, '--reason', 'no-such-contact']);
  assert.deepEqual(told(again.outcomes), [['a.csv', 5, 'not_found', 'no-such-contact']]);
  const before = attentionIn(again.summary.report_dir);
  assert.equal((await run(['report', again.summary.run])).code, 0);
  assert.deepEqual(attentionIn(again.summary.report_dir), before);
  assert.equal(before[1]![0], 'gone@example.com');

  const { id } = sandbox.contacts.add({ name: 'Came later', email: 'gone@example.com' });
  const since = sandbox.requests.length;
  const both = await retried(run, [first.summary.run, '--reason', 'field-refused, no-such-contact']);
  assert.equal(both.code, 0, both.stderr);
  assert.deepEqual(told(both.outcomes), [
    ['a.csv', 4, 'updated', null],
    ['a.csv', 5, 'updated', null],
  ]);
  assert.deepEqual(writesSince(sandbox, since), [2, id]);
  const final = await run(['retry', first.summary.run, '--reason', 'email-format,row-ragged']);
  assert.equal(final.code, 2);
  assert.match(final.stderr, /Another try changes nothing about "row-ragged"\. .* needs-attention\.csv/);
  const unknown = await run(['retry', first.summary.run, '--reason', 'nonsense']);
  assert.equal(unknown.code, 2);
  assert.match(unknown.stderr, /There is no reason "nonsense"\. docs\/outcomes\.md lists them\./);
});

test('what is tried again is as old as it was: what a later run wrote stays', async (t) => {
  const { sandbox, file, sync, run } = await rig(t, { sandbox: { contacts: 3 } });
  sandbox.faults.add({ match: { method: 'PUT', contactId: 1 }, effect: REFUSED, times: 2 });
  const monday = await sync([file('monday.csv', 'email,name,custom_attributes.note\ncontact1@example.com,Old,kept\n')]);
  assert.deepEqual(told(monday.outcomes), [['monday.csv', 2, 'rejected', 'field-refused']]);
  const still = await retried(run, [monday.summary.run, '--reason', 'field-refused']);
  assert.equal(still.summary.outcomes.rejected, 1);
  const tuesday = await sync([file('tuesday.csv', 'email,name\ncontact1@example.com,New\n')]);
  assert.equal(tuesday.summary.outcomes.updated, 1, tuesday.stderr);
  const late = await retried(run, [still.summary.run, '--reason', 'field-refused']);
  assert.equal(late.code, 0, late.stderr);
  assert.deepEqual(told(late.outcomes), [['monday.csv', 2, 'updated', null]]);
  const { name, custom_attributes } = sandbox.contacts.get(1)!;
  assert.deepEqual([name, custom_attributes.note], ['New', 'kept'], 'only what nobody has written since');
});

/** Runs `retry --json` and reads what it left. */
async function retried(run: Rig['run'], args: string[]) {
  const ended = await run(['retry', '--json', ...args]);
  if (ended.stdout === '') throw new Error(`retry printed no document (exit ${ended.code}):\n${ended.stderr}`);
  const summary = JSON.parse(ended.stdout) as Summary;
  return { ...ended, summary, outcomes: outcomesIn(summary.report_dir) };
}

function told(outcomes: ReturnType<typeof outcomesIn>) {
  return outcomes.map(({ source, line, outcome, reason }) => [source, line, outcome, reason]);
}

function writesSince({ requests }: Rig['sandbox'], since: number): (number | null | undefined)[] {
  const ids = requests.slice(since).flatMap(({ method, contactId }) => (method === 'PUT' ? [contactId] : []));
  return ids.sort((a, b) => Number(a) - Number(b));
}

function attentionIn(reportDir: string): string[][] {
  return parse(readFileSync(path.join(reportDir, 'needs-attention.csv')), { bom: true });
}
