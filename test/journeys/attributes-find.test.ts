import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attributesIn, filterBy } from './attributes.ts';
import { rig } from './rig.ts';

const FILE = 'identifier,custom_attributes.seats,custom_attributes.active\ncrm-1,3,true\n';

test('contacts that break a filter are named with --find alone; repaired by a sync, the filter works again', async (t) => {
  const world = await rig(t, { sandbox: { contacts: 100 } });
  const { sandbox } = world;
  const file = world.file('crm.csv', FILE);
  sandbox.contacts.edit(17, { custom_attributes: { seats: '12 or so' } });
  sandbox.contacts.edit(99, { custom_attributes: { seats: '', active: 'maybe' } });
  // Text that can be cast breaks nothing.
  sandbox.contacts.edit(42, { custom_attributes: { seats: '12', active: 'yes' } });

  const told = await world.run(['attributes', file]);
  assert.equal(told.code, 1);
  const words = told.stdout.replaceAll(/\s+/g, ' ');
  assert.match(words, /seats is defined as number, and some contact holds something else than a plain decimal number/);
  assert.match(words, /active is defined as checkbox, and some contact holds something else than true or false/);
  assert.match(words, /give the same command with --find \(7 calls\)/);
  assert.equal(sandbox.counts.byRoute['GET contacts'], 1, 'the account is counted, not read');

  const { code, document, stderr } = await attributesIn(world, [file, '--find']);
  assert.equal(code, 1);
  assert.match(stderr, /Looking through 100 contacts, 15 at a time: 7 calls\./);
  const url = (id: number) => `${sandbox.url}/app/accounts/1/contacts/${id}`;
  assert.deepEqual(
    document.attributes.map(({ key, status, contacts }) => [key, status, contacts]),
    [
      ['seats', 'broken-filter', [17, 99].map((id) => ({ id, url: url(id) }))],
      ['active', 'broken-filter', [{ id: 99, url: url(99) }]],
    ],
  );
  // Two of the preflight, the definitions, two filters, seven pages.
  assert.equal(document.calls, 12);
  const pages = sandbox.requests.filter(({ method, path }) => method === 'GET' && path.includes('/contacts?'));
  assert.ok(pages.every(({ path }) => path.includes('include_contact_inboxes=false') && path.includes('sort=email')));
  assert.ok(!stderr.includes('12 or so'));

  const repair = world.file(
    'repair.csv',
    'id,custom_attributes.seats,custom_attributes.active\n17,12,\n99,#N/A,false\n',
  );
  assert.equal((await world.sync([repair])).code, 0);
  assert.equal((await attributesIn(world, [file])).code, 0);
  assert.equal(await filterBy(sandbox, 'seats', '12'), 200);
});

test('a contact without e-mail, phone and identifier breaks the filter too, but is in no list: that is said', async (t) => {
  const world = await rig(t, { sandbox: { contacts: 3 } });
  world.sandbox.contacts.add({ name: 'Visitor', custom_attributes: { seats: 'many' } });
  const ended = await world.run(['attributes', world.file('crm.csv', FILE), '--find']);
  assert.equal(ended.code, 1);
  assert.match(ended.stdout.replaceAll(/\s+/g, ' '), /contacts without e-mail, phone and identifier are in no list/);
  assert.match(ended.stdout, /docs\/attributes\.md/);
});

test('one page that fails is asked for again; a search that cannot go on stops without names', async (t) => {
  const world = await rig(t, { sandbox: { contacts: 40 } });
  const file = world.file('crm.csv', FILE);
  world.sandbox.contacts.edit(40, { custom_attributes: { seats: 'many' } });
  world.sandbox.faults.add({ match: { path: /&page=2$/ }, effect: { kind: 'status', status: 500 }, times: 1 });
  const found = await attributesIn(world, [file, '--find']);
  assert.equal(found.code, 1, found.stderr);
  assert.deepEqual(
    found.document.attributes[0]!.contacts?.map(({ id }) => id),
    [40],
  );

  world.sandbox.faults.add({ match: { path: /&page=3$/ }, effect: { kind: 'reset' }, times: 'always' });
  const stopped = await attributesIn(world, [file, '--find']);
  assert.equal(stopped.code, 3);
  assert.match(stopped.stderr, /Stopped: Chatwoot does not answer \(ECONNRESET\)/);
  assert.equal(stopped.document.attributes[0]!.status, 'broken-filter');
  assert.equal(stopped.document.attributes[0]!.contacts, undefined, 'half a search names nobody');
});

test('the search keeps to the rate that is given', async (t) => {
  const world = await rig(t, { sandbox: { contacts: 150 } });
  world.sandbox.contacts.edit(150, { custom_attributes: { seats: 'many' } });
  const file = world.file('crm.csv', FILE);
  const started = Date.now();
  assert.equal((await attributesIn(world, [file, '--find', '--rate', '300/min'])).code, 1);
  // 15 calls, five a second, of which the first may come a quarter of a second early.
  assert.ok(Date.now() - started > 2300, `${Date.now() - started} ms`);
});
