import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { rig } from './rig.ts';

describe('other versions of the desk', { concurrency: 3, timeout: 60_000 }, () => {
  test('before 4.2 one key of additional_attributes is written without losing the others', async (t) => {
    const { sandbox, file, sync } = await rig(t, { sandbox: { contacts: 3, version: '4.1' } });
    const before = sandbox.contacts.get(2)!.additional_attributes;
    const csv = file('contacts.csv', 'id,additional_attributes.company_name,name\n2,Birch & Sons,\n3,,Only a name\n');
    const { code, summary } = await sync([csv, '--no-undo']);
    assert.equal(code, 0);
    assert.deepEqual(sandbox.contacts.get(2)?.additional_attributes, { ...before, company_name: 'Birch & Sons' });
    assert.equal(sandbox.contacts.get(3)?.name, 'Only a name');
    assert.equal(summary.calls.read, 1, 'only a write of such a key is read first');
  });

  test('before 4.2 an agent who edits while the row waits does not lose the edit', async (t) => {
    const { sandbox, file, sync } = await rig(t, { sandbox: { contacts: 1, version: '4.1' } });
    const put = { method: 'PUT', contactId: 1 };
    const fault = sandbox.faults.add({ match: put, effect: { kind: 'status', status: 500 } });
    const csv = file('contacts.csv', 'id,additional_attributes.company_name\n1,Cobalt\n');
    const running = sync([csv]);
    while (fault.struck === 0) await new Promise((next) => setTimeout(next, 5));
    sandbox.contacts.edit(1, { additional_attributes: { twitter: '@ada' } });
    assert.equal((await running).summary.outcomes.updated, 1);
    const { twitter, company_name } = sandbox.contacts.get(1)!.additional_attributes;
    assert.deepEqual([twitter, company_name], ['@ada', 'Cobalt']);
  });

  for (const version of ['4.1', '4.10', '4.15'] as const) {
    test(`contacts are found by phone number on ${version}`, async (t) => {
      const { sandbox, file, sync } = await rig(t, { sandbox: { contacts: 20, version } });
      const rows = Array.from({ length: 20 }, (_, i) => `+1555${String(i + 1).padStart(7, '0')},New ${i + 1}`);
      const { code, summary } = await sync([file('contacts.csv', ['phone_number,name', ...rows].join('\n'))]);
      assert.equal(code, 0);
      assert.equal(summary.outcomes.updated, 20);
      assert.equal(sandbox.contacts.get(20)?.name, 'New 20');
    });
  }

  test('the company sent with the first e-mail is what the contact holds in the end', async (t) => {
    for (const version of ['4.10', '4.15'] as const) {
      const { sandbox, file, sync } = await rig(t, { sandbox: { version } });
      for (const n of [1, 2]) sandbox.contacts.add({ identifier: `c-${n}`, name: 'Ada' });
      // The first one makes the company known; the desk then writes its name over the second one's.
      const header = 'identifier,email,additional_attributes.company_name';
      const csv = file('contacts.csv', `${header}\nc-1,a@big-corp.com,Big Corp\nc-2,b@big-corp.com,Big Corp Europe\n`);
      const { code, summary } = await sync([csv, '--match', 'identifier', '--concurrency', '1']);
      assert.equal(code, 0);
      assert.equal(summary.outcomes.updated, 2);
      assert.equal(sandbox.contacts.get(2)?.additional_attributes.company_name, 'Big Corp Europe', version);
      assert.equal(summary.calls.update, version === '4.15' ? 3 : 2);
    }
  });
});
