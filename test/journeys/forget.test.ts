import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Rig, rig } from './rig.ts';

test('what is forgotten is asked for again, and nothing else', async (t) => {
  const { sandbox, file, sync, run } = await rig(t, { sandbox: { contacts: 50 } });
  const rows = Array.from({ length: 50 }, (_, i) => `contact${i + 1}@example.com,New ${i + 1}`);
  file('rows.csv', ['email,name', ...rows].join('\n'));
  assert.equal((await sync(['rows.csv'])).summary.outcomes.updated, 50);
  let from = filters(sandbox);
  const again = await sync(['rows.csv']);
  assert.equal(again.summary.outcomes.unchanged, 50);
  assert.equal(filters(sandbox) - from, 0, 'all is remembered');

  const one = await run(['forget', '--contact', '7']);
  assert.deepEqual([one.code, one.stdout], [0, '1 contact forgotten.\n']);
  sandbox.contacts.edit(7, { name: 'By an agent' });
  sandbox.contacts.edit(8, { name: 'By an agent' });
  from = filters(sandbox);
  const third = await sync(['rows.csv']);
  assert.equal(filters(sandbox) - from, 1, 'one call for the one contact');
  assert.deepEqual([third.summary.outcomes.updated, third.summary.outcomes.unchanged], [1, 49]);
  assert.deepEqual([sandbox.contacts.get(7)!.name, sandbox.contacts.get(8)!.name], ['New 7', 'By an agent']);

  const all = await run(['forget', '--all', '--json']);
  assert.deepEqual([all.code, JSON.parse(all.stdout)], [0, { forgotten: 50 }]);
  from = filters(sandbox);
  const last = await sync(['rows.csv']);
  assert.equal(filters(sandbox) - from, 4, '50 contacts, 15 a call');
  assert.deepEqual([last.summary.outcomes.updated, last.summary.outcomes.unchanged], [1, 49]);

  const unknown = await run(['forget', '--contact', '4711']);
  assert.deepEqual([unknown.code, unknown.stdout], [0, '0 contacts forgotten.\n']);
});

test('forget wants to be told what, and takes a contact by its number only', async (t) => {
  const { sandbox, run } = await rig(t);
  for (const [args, said] of [
    [[], /Say what to forget: --contact ID, or --all\.\n$/],
    [['--all', '--contact', '7'], /Say what to forget: --contact ID, or --all\.\n$/],
    [
      ['--contact', 'contact7@example.com'],
      /is no contact id of Chatwoot's\. Give the number in the contact's address\.\n$/,
    ],
  ] as const) {
    const { code, stderr } = await run(['forget', ...args]);
    assert.equal(code, 2);
    assert.match(stderr, said);
  }
  assert.equal(sandbox.requests.length, 0, 'no call is made');
});

function filters(sandbox: Rig['sandbox']): number {
  return sandbox.requests.filter(({ path }) => path.includes('/contacts/filter')).length;
}
