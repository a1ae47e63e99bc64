import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { attributesIn, define, filterBy } from './attributes.ts';
import { rig, until } from './rig.ts';
import { records } from './table.ts';

test('missing, mismatching and unfilterable attributes are told apart, and nothing is written', async (t) => {
  const world = await rig(t, { sandbox: { contacts: 5 } });
  await define(world.sandbox, 'fee', 'currency');
  await define(world.sandbox, 'site', 'link');
  const rows = [
    {
      seats: '4',
      plan: 'gold',
      active: 'true',
      renewal: '2026-02-28',
      fee: '9.50',
      site: 'https://x.io',
      owner: 'Ada',
    },
    { seats: '', plan: 'Pro', active: 'yes', renewal: '2026-02-30', fee: '', site: 'x.io', owner: '' },
    { seats: 'four', plan: 'gold', active: '#N/A', renewal: '', fee: '1', site: '', owner: 'Bo' },
    { seats: 'five', plan: 'pro', active: 'FALSE', renewal: '2026-03-01', fee: '2', site: '', owner: 'Cy' },
  ];
  const file = world.file(
    'crm.csv',
    records(
      rows
        .map((row, i) => ({
          identifier: `crm-${i + 1}`,
          Seats: row.seats,
          ...Object.fromEntries(Object.entries(row).map(([key, cell]) => [`custom_attributes.${key}`, cell])),
          Note: 'ignored',
        }))
        .map(({ 'custom_attributes.seats': _, ...row }: Record<string, string>) => row),
    ),
  );
  const args = [file, '--map', 'Seats=custom_attributes.seats'];
  const { code, document, stderr } = await attributesIn(world, args);

  assert.equal(code, 1, stderr);
  const seen = document.attributes.map((one) => [one.key, one.column, one.status, one.defined_type, one.shown_type]);
  assert.deepEqual(seen, [
    ['seats', 'Seats', 'mismatch', 'number', 'text'],
    ['plan', 'custom_attributes.plan', 'mismatch', 'list', 'text'],
    ['active', 'custom_attributes.active', 'mismatch', 'checkbox', 'text'],
    ['renewal', 'custom_attributes.renewal', 'mismatch', 'date', 'text'],
    ['fee', 'custom_attributes.fee', 'unfilterable', 'currency', 'number'],
    ['site', 'custom_attributes.site', 'mismatch', 'link', 'text'],
    ['owner', 'custom_attributes.owner', 'missing', null, 'text'],
  ]);
  const counts = document.attributes.map((one) => [one.rows, one.bad_rows, one.first_bad_line]);
  assert.deepEqual(counts, [
    [3, 2, 4],
    [4, 3, 2],
    [3, 1, 3],
    [3, 1, 3],
    [3, 0, null],
    [2, 1, 3],
    [3, 0, null],
  ]);
  assert.deepEqual(document.attributes[1]!.bad_values, [
    { value: 'gold', rows: 2, first_line: 2 },
    { value: 'Pro', rows: 1, first_line: 3 },
  ]);
  assert.deepEqual(document.created, []);
  // Two of the preflight, the definitions, and one filter each for seats, active and renewal.
  assert.equal(document.calls, 6);
  assert.match(stderr, /ignored columns: Note/);

  const people = await world.run(['attributes', ...args]);
  assert.equal(people.code, 1);
  assert.match(people.stdout, /^seats +Seats +number +text +3 {2}mismatch$/m);
  assert.match(
    people.stdout.replaceAll(/\n\s+/g, ' '),
    /2 rows \(lines 4, 5\) hold something else than a plain decimal/,
  );
  for (const personal of ['four', 'five', 'Ada']) assert.ok(!people.stdout.includes(personal), personal);
  assert.match(people.stdout, /6 calls, nothing was written/);
  // The first two were the administrator's own.
  const asked = world.sandbox.requests.filter(({ path }) => path.includes('/accounts/')).slice(2);
  assert.equal(asked.length, 8);
  assert.ok(asked.every(({ method, path }) => method === 'GET' || path.includes('/contacts/filter')));
});

test('a sound file is all well, also from standard input, of which no copy stays', async (t) => {
  const world = await rig(t, { sandbox: { contacts: 5 } });
  const input = 'identifier,custom_attributes.plan,custom_attributes.seats\ncrm-1,pro,3\ncrm-2,free,\n';
  const { code, document } = await attributesIn(world, ['-'], { input });
  assert.equal(code, 0);
  assert.deepEqual(
    document.attributes.map(({ key, status, rows }) => [key, status, rows]),
    [
      ['plan', 'ok', 2],
      ['seats', 'ok', 1],
    ],
  );
  const left = readdirSync(world.dir, { recursive: true }).filter((name) => String(name).includes('stdin'));
  assert.deepEqual(left, []);
});

test('a file without custom attributes asks nobody, and a wrong one is refused', async (t) => {
  const world = await rig(t, { redis: 'embedded' });
  const plain = world.file('plain.csv', 'email,name\na@example.com,A\n');
  const { code, document, stderr } = await attributesIn(world, [plain]);
  assert.deepEqual([code, document], [0, { attributes: [], created: [], calls: 0 }], stderr);
  assert.match(
    (await world.run(['attributes', plain])).stdout,
    /^No column sets a custom attribute\. Map one with --map/,
  );
  for (const args of [['attributes'], ['attributes', 'gone.csv'], ['attributes', plain, '--map', 'X=email']]) {
    const refused = await world.run(args);
    assert.equal(refused.code, 2, refused.stderr);
    assert.equal(refused.stdout, '');
  }
  assert.equal(world.sandbox.counts.total, 0);
  assert.ok(
    !readdirSync(world.dir).includes('.contact-sync') ||
      !readdirSync(join(world.dir, '.contact-sync')).includes('redis'),
  );
});

test('what cannot be read counts nowhere, and is said', async (t) => {
  const world = await rig(t, { sandbox: { contacts: 5 } });
  const file = world.file('ragged.csv', 'identifier,custom_attributes.seats\ncrm-1,3\ncrm-2\ncrm-3,x,y\n');
  const { code, document, stderr } = await attributesIn(world, [file]);
  assert.equal(code, 0, stderr);
  assert.equal(document.attributes[0]!.rows, 1);
  assert.match(stderr, /2 rows could not be read/);
});

test('a filter that cannot be tried is no verdict: the command stops and says what to do', async (t) => {
  const world = await rig(t, { sandbox: { contacts: 5 } });
  const file = world.file('crm.csv', 'identifier,custom_attributes.seats\ncrm-1,3\n');
  world.sandbox.faults.add({
    match: { path: '/contacts/filter' },
    effect: { kind: 'html', status: 502 },
    times: 'always',
  });
  const ill = await attributesIn(world, [file]);
  assert.equal(ill.code, 3);
  assert.match(ill.stderr, /Stopped: Chatwoot answers HTTP 502\. Give the same command again when it is well/);

  // A desk that answers everything with 500 has no broken filter either.
  world.sandbox.faults.clear();
  world.sandbox.faults.add({ match: { path: '/contacts' }, effect: { kind: 'status', status: 500 }, times: 'always' });
  const worse = await attributesIn(world, [file]);
  assert.equal(worse.code, 3);
  assert.match(worse.stderr, /Stopped: Chatwoot answers HTTP 500/);
  assert.equal(worse.document.attributes[0]!.status, 'ok');
});

test('calls wait while the operator holds all calls', async (t) => {
  const world = await rig(t, { sandbox: { contacts: 5 } });
  const file = world.file('crm.csv', 'identifier,custom_attributes.seats\ncrm-1,3\n');
  assert.equal((await world.run(['pause'])).code, 0);
  const running = world.start(['attributes', file]);
  await until('it says that it waits', () => running.stderr().includes('All calls are held'));
  assert.equal(world.sandbox.counts.byRoute['POST contacts/filter'], undefined);
  assert.equal((await world.run(['resume'])).code, 0);
  assert.equal((await running.ended).code, 0);
  assert.equal(await filterBy(world.sandbox, 'seats', '2'), 200);
});
