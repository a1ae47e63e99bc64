import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attributesIn, call, filterBy } from './attributes.ts';
import { rig } from './rig.ts';
import { records } from './table.ts';

const FILE = records([
  {
    email: 'a@example.com',
    'custom_attributes.level': '4',
    'custom_attributes.vip': 'TRUE',
    'custom_attributes.since': '2026-02-28',
    'custom_attributes.site': 'https://a.io',
    'custom_attributes.owner_name': 'Ada',
    'custom_attributes.later': '',
  },
  {
    email: 'b@example.com',
    'custom_attributes.level': '-1.5',
    'custom_attributes.vip': 'false',
    'custom_attributes.since': '2026-03-01',
    'custom_attributes.site': '',
    'custom_attributes.owner_name': '7',
    'custom_attributes.later': '',
  },
]);

test('--create defines what is missing with the type that the column shows; sync writes typed values, and filters work', async (t) => {
  const world = await rig(t);
  const { sandbox } = world;
  const a = sandbox.contacts.add({ email: 'a@example.com' });
  sandbox.contacts.add({ email: 'b@example.com' });
  const file = world.file('crm.csv', FILE);

  const before = await attributesIn(world, [file]);
  assert.equal(before.code, 1);
  assert.ok(before.document.attributes.every(({ status }) => status === 'missing'));
  assert.equal(sandbox.counts.byRoute['POST custom_attribute_definitions'], undefined);

  const { code, document, stderr } = await attributesIn(world, [file, '--create']);
  assert.equal(code, 0, stderr);
  assert.deepEqual(
    document.attributes.map(({ key, status, defined_type }) => [key, status, defined_type]),
    [
      ['level', 'created', 'number'],
      ['vip', 'created', 'checkbox'],
      ['since', 'created', 'date'],
      ['site', 'created', 'link'],
      ['owner_name', 'created', 'text'],
      ['later', 'created', 'text'],
    ],
  );
  assert.deepEqual(document.created, ['level', 'vip', 'since', 'site', 'owner_name', 'later']);
  const defined = (await (await call(sandbox, 'GET', 'custom_attribute_definitions')).json()) as Record<
    string,
    string
  >[];
  assert.deepEqual(
    defined.map((one) => [one.attribute_display_name, one.attribute_display_type, one.attribute_model]),
    [
      ['Level', 'number', 'contact_attribute'],
      ['Vip', 'checkbox', 'contact_attribute'],
      ['Since', 'date', 'contact_attribute'],
      ['Site', 'link', 'contact_attribute'],
      ['Owner name', 'text', 'contact_attribute'],
      ['Later', 'text', 'contact_attribute'],
    ],
  );

  const synced = await world.sync([file]);
  assert.deepEqual([synced.code, synced.summary.outcomes.updated], [0, 2]);
  assert.deepEqual(sandbox.contacts.get(a.id)?.custom_attributes, {
    level: 4,
    vip: true,
    since: '2026-02-28',
    site: 'https://a.io',
    owner_name: 'Ada',
  });
  for (const [key, value] of [
    ['level', '4'],
    ['vip', 'true'],
    ['since', '2026-02-28'],
    ['owner_name', 'ada'],
  ] as const)
    assert.equal(await filterBy(sandbox, key, value), 200, key);

  const again = await attributesIn(world, [file, '--create']);
  assert.equal(again.code, 0);
  assert.ok(again.document.attributes.every(({ status }) => status === 'ok'));
  assert.deepEqual(again.document.created, []);
});

test('a definition that breaks at once on what contacts hold already is said to be broken, not merely created', async (t) => {
  const world = await rig(t);
  world.sandbox.contacts.add({ email: 'a@example.com', custom_attributes: { level: 'high' } });
  const file = world.file('crm.csv', 'email,custom_attributes.level\na@example.com,4\n');
  const { code, document } = await attributesIn(world, [file, '--create']);
  assert.equal(code, 1);
  assert.deepEqual([document.attributes[0]!.status, document.created], ['broken-filter', ['level']]);
});

test('a key that Chatwoot keeps for itself is refused before any call, and the others are created', async (t) => {
  const world = await rig(t);
  const file = world.file('crm.csv', 'identifier,custom_attributes.city,custom_attributes.level\nx,Oslo,4\n');
  const { code, document } = await attributesIn(world, [file, '--create']);
  assert.equal(code, 1);
  assert.deepEqual(
    document.attributes.map(({ key, status }) => [key, status]),
    [
      ['city', 'missing'],
      ['level', 'created'],
    ],
  );
  assert.match(document.attributes[0]!.refusal!, /Chatwoot keeps the key city for a field of its own\. Map the column/);
  assert.equal(world.sandbox.counts.byRoute['POST custom_attribute_definitions'], 1);
});

test('4.15 takes no spaces in a key; 4.10 does', async (t) => {
  for (const version of ['4.15', '4.10'] as const) {
    const world = await rig(t, { sandbox: { version } });
    const file = world.file('crm.csv', 'identifier,custom_attributes.two words\nx,4\n');
    const { code, document } = await attributesIn(world, [file, '--create']);
    assert.deepEqual([code, document.created.length], version === '4.15' ? [1, 0] : [0, 1], version);
    if (version === '4.15') assert.match(document.attributes[0]!.refusal!, /Chatwoot 4\.15\.1 takes only letters/);
  }
});

test('on 4.15 an agent may compare but not create; an administrator may', async (t) => {
  const world = await rig(t, { sandbox: { version: '4.15' } });
  const file = world.file('crm.csv', 'identifier,custom_attributes.level,custom_attributes.vip\nx,4,true\n');
  const agent = { env: { CHATWOOT_API_ACCESS_TOKEN: 'T-agent' } };
  assert.equal((await attributesIn(world, [file], agent)).code, 1);
  const refused = await attributesIn(world, [file, '--create'], agent);
  assert.equal(refused.code, 3);
  assert.deepEqual(refused.document.created, []);
  assert.match(refused.stderr, /Stopped: Only an administrator may create attributes .*an administrator's token/);
  assert.equal(world.sandbox.counts.byRoute['POST custom_attribute_definitions'], 1, 'it is not tried key by key');
  assert.equal((await attributesIn(world, [file, '--create'])).code, 0);
});

test('the server has the last word: what it refuses is said with its own words, and the rest goes on', async (t) => {
  const world = await rig(t);
  const file = world.file('crm.csv', 'identifier,custom_attributes.level,custom_attributes.vip\nx,4,true\n');
  world.sandbox.faults.add({
    match: { method: 'POST', path: '/custom_attribute_definitions' },
    effect: {
      kind: 'status',
      status: 422,
      json: { message: 'Attribute key has already been taken', attributes: ['attribute_key'] },
    },
    times: 1,
  });
  const ended = await world.run(['attributes', file, '--create']);
  assert.equal(ended.code, 1, ended.stderr);
  const said = ended.stdout.replaceAll(/\s+/g, ' ');
  assert.match(
    said,
    /level is not defined .* Chatwoot refuses it: Attribute key has already been taken\. Give the same/,
  );
  assert.match(said, /vip was created as checkbox\./);
  assert.match(said, /6 calls, 1 attribute created/);
});
