import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { rig } from './rig.ts';
import { records } from './table.ts';

const ROWS = [
  { id: '1', email: 'contact4@example.com', phone_number: '', identifier: '', name: 'E-mail of 4' },
  { id: '2', email: '', phone_number: '+15550000005', identifier: '', name: 'Phone of 5' },
  { id: '3', email: '', phone_number: '', identifier: 'crm-6', name: 'Identifier of 6' },
  { id: '8', email: '', phone_number: '', identifier: '', name: 'Shares a phone' },
  { id: '7', email: '', phone_number: '', identifier: '', name: 'Fine' },
];

test('a value that somebody has is rejected, and the hint leads to who has it', async (t) => {
  const { sandbox, file, sync, env } = await rig(t, { sandbox: { contacts: 7 } });
  for (const name of ['A', 'B']) sandbox.contacts.add({ name, phone_number: '+15559990000' });
  const { code, outcomes, summary } = await sync([file('contacts.csv', records(ROWS))]);
  assert.equal(code, 1);
  assert.deepEqual(
    outcomes.map(({ outcome, reason, holder }) => [outcome, reason, holder]),
    [
      ['rejected', 'email-taken', 4],
      ['rejected', 'phone-taken', 5],
      ['rejected', 'identifier-taken', 6],
      ['rejected', 'record-invalid-elsewhere', undefined],
      ['updated', null, undefined],
    ],
  );
  const needs = readFileSync(path.join(summary.report_dir, 'needs-attention.csv'), 'utf8').split('\r\n');
  const link = (id: number) => `${env.CHATWOOT_BASE_URL}/app/accounts/1/contacts/${id}`;
  for (const [i, holder] of [4, 5, 6].entries()) {
    assert.ok(needs[i + 1]!.includes(`It is here: ${link(holder)}`), needs[i + 1]);
    assert.ok(needs[i + 1]!.includes(`,${link(i + 1)}`), 'and the contact of the row itself');
  }
  for (const id of [1, 2, 3]) assert.ok(!sandbox.contacts.get(id)!.name!.includes(' of '), 'nothing of it is written');
  // The one that finds the rows, then one for each value that is taken, and none where nothing is.
  assert.equal(summary.calls.filter, 4);
});

/** The fields that were left out, in a fixed order. */
function inOrder(detail: string): string {
  const [words, fields] = detail.split(': ');
  return fields === undefined ? detail : `${words}: ${fields.split(' ').sort().join(' ')}`;
}

test('--drop-conflicting writes the other fields and says which one it left out', async (t) => {
  const { sandbox, file, sync } = await rig(t, { sandbox: { contacts: 7 } });
  const rows = [
    ...ROWS.slice(0, 3),
    { id: '7', email: 'contact4@example.com', phone_number: '', identifier: '', name: '' },
    { id: '5', email: 'contact4@example.com', phone_number: '+15550000006', identifier: 'free', name: 'Two taken' },
  ];
  const { code, outcomes, summary, stderr } = await sync([file('contacts.csv', records(rows)), '--drop-conflicting']);
  assert.equal(code, 1, stderr);
  assert.deepEqual(
    outcomes.map(({ outcome, reason, holder, detail }) => [outcome, reason, holder, inOrder(detail!)]),
    [
      ['updated', 'conflict-dropped', 4, 'left out: email'],
      ['updated', 'conflict-dropped', 5, 'left out: phone_number'],
      ['updated', 'conflict-dropped', 6, 'left out: identifier'],
      // Nothing would be left to write.
      ['rejected', 'email-taken', 4, 'Email has already been taken'],
      ['updated', 'conflict-dropped', 4, 'left out: email phone_number'],
    ],
  );
  const held = (id: number) => sandbox.contacts.get(id)!;
  assert.deepEqual([held(1).name, held(1).email], ['E-mail of 4', 'contact1@example.com']);
  assert.deepEqual([held(5).name, held(5).identifier, held(5).phone_number], ['Two taken', 'free', '+15550000005']);
  assert.equal(summary.outcomes.updated, 4);
});

test('of several rows of a contact only the one that is refused needs attention', async (t) => {
  const { sandbox, file, sync } = await rig(t, { sandbox: { contacts: 3 } });
  const rows = [
    { identifier: 'crm-1', email: '', name: 'First', 'custom_attributes.seats': '' },
    { identifier: 'crm-1', email: 'contact2@example.com', name: '', 'custom_attributes.seats': '' },
    { identifier: 'crm-1', email: '', name: '', 'custom_attributes.seats': '9' },
  ];
  const { code, outcomes } = await sync([file('contacts.csv', records(rows))]);
  assert.equal(code, 1);
  assert.deepEqual(
    outcomes.map(({ outcome, reason }) => [outcome, reason]),
    [
      ['merged', 'folded-into-newer'],
      ['rejected', 'email-taken'],
      ['updated', null],
    ],
  );
  const { name, custom_attributes } = sandbox.contacts.get(1)!;
  assert.deepEqual([name, custom_attributes.seats], ['First', 9]);
});
