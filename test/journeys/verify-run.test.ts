import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FaultEffect } from '../../src/sandbox/faults.ts';
import { rig } from './rig.ts';

test('a run is verified by the rows that ended well, and nothing that is remembered is believed', async (t) => {
  const { sandbox, file, sync, run } = await rig(t, { sandbox: { contacts: 9 } });
  const rows = [1, 2, 3, 4].map((id) => `contact${id}@example.com,New ${id}`);
  file('rows.csv', ['Mail,name', ...rows, 'contact4@example.com,Last', 'gone@example.com,Gone'].join('\n'));
  const synced = await sync(['rows.csv', '--map', 'Mail=email', '--run-id', 'nightly']);
  assert.equal(synced.code, 1, synced.stderr);

  // The mapping is the run's own; the row that was not found is no part of it.
  const well = await run(['verify', 'nightly']);
  assert.equal(well.code, 0, well.stderr);
  assert.equal(well.stdout, '5 rows are on the desk as in the source; nothing differs.\n');

  sandbox.contacts.edit(2, { name: 'By an agent' });
  const puts = sandbox.requests.filter(({ method }) => method === 'PUT').length;
  const edited = await run(['verify', 'nightly']);
  assert.equal(edited.code, 1);
  assert.match(edited.stdout, /contact 2 +line 3 of rows\.csv\n +~ name +"By an agent" → "New 2"\n4 rows are/);
  assert.equal(sandbox.requests.filter(({ method }) => method === 'PUT').length, puts);

  const sample = await run(['verify', 'nightly', '--sample', '1', '--json']);
  assert.ok([0, 1].includes(sample.code!), sample.stderr);
  const { rows: read, files } = JSON.parse(sample.stdout);
  assert.ok(read === 1 || read === 2, `${read} rows: of contact 4 there are two`);
  assert.equal(files[0].path, 'rows.csv');

  file('rows.csv', 'Mail,name\ncontact1@example.com,Changed\n');
  const changed = await run(['verify', 'nightly']);
  assert.equal(changed.code, 2);
  assert.match(changed.stderr, /^rows\.csv was changed since nightly read it\. .*: contact-sync verify FILE\n$/);
  const unknown = await run(['verify', 'nowhere']);
  assert.equal(unknown.code, 2);
  assert.match(unknown.stderr, /^There is no file and no run nowhere\. "contact-sync runs" lists the runs\.\n$/);
});

test('what a retry did is verified like any run', async (t) => {
  const { sandbox, file, sync, run } = await rig(t, { sandbox: { contacts: 5 } });
  const refused: FaultEffect = {
    kind: 'status',
    status: 422,
    json: { message: 'Name is reserved', attributes: ['name'] },
  };
  sandbox.faults.add({ match: { method: 'PUT', contactId: 2 }, effect: refused });
  file('rows.csv', 'email,name\ncontact1@example.com,One\ncontact2@example.com,Two\n');
  await sync(['rows.csv', '--run-id', 'first']);
  const retried = await run(['retry', 'first', '--reason', 'field-refused', '--run-id', 'again']);
  assert.equal(retried.code, 0, retried.stderr);
  sandbox.contacts.edit(1, { name: 'By an agent' });
  const well = await run(['verify', 'again']);
  assert.equal(well.code, 0, well.stdout);
  assert.match(well.stdout, /^1 row is on the desk/);
});
