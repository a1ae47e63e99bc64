import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Plan } from '../../src/plan/entry.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { type Rig, rig } from './rig.ts';

/** Rows of every kind: changed, equal, twice in the file, unknown, wrong, by identifier, cleared. */
function rows(contacts: number): string {
  const lines = ['email,identifier,name,custom_attributes.plan,additional_attributes.city'];
  for (let id = 1; id <= contacts; id++) {
    const plan = id % 40 === 0 ? 'enterprise' : '';
    const city = id % 60 === 0 ? '#N/A' : '';
    lines.push(`contact${id}@example.com,crm-${id},,${plan},${city}`);
  }
  for (let id = 1; id <= 20; id++) lines.push(`contact${id * 10}@example.com,crm-${id * 10},Twice ${id},enterprise,`);
  for (let id = 1; id <= 20; id++) lines.push(`nobody${id}@example.com,none-${id},X,,`);
  lines.push('no address,crm-1,,,');
  return lines.join('\n');
}

async function planOf({ run }: Rig, args: string[]): Promise<Plan & { changes: unknown[]; code: number | null }> {
  const ended = await run(['plan', '--json', ...args]);
  assert.notEqual(ended.stdout, '', ended.stderr);
  return { ...(JSON.parse(ended.stdout) as Plan & { changes: unknown[] }), code: ended.code };
}

const writesOf = (sandbox: Sandbox) =>
  sandbox.requests.filter(({ method }) => method !== 'GET' && method !== 'POST').length;

test('sync does what plan says: the same outcomes, calls and writes; and a second sync asks Chatwoot nothing', async (t) => {
  const world = await rig(t, { sandbox: { contacts: 1200 } });
  const { sandbox, file, sync, dir, redis } = world;
  const csv = file('people.csv', rows(1200));
  const match = ['--match', 'identifier,email', '--rate', '100000'];
  const plan = await planOf(world, [csv, ...match]);
  assert.equal(plan.code, 1, 'rows need attention');
  assert.equal(writesOf(sandbox), 0);
  assert.ok(plan.outcomes.updated > 40 && plan.outcomes.merged > 5 && plan.outcomes.not_found === 20);
  assert.deepEqual(
    readdirSync(dir).sort(),
    ['.config', '.contact-sync', 'people.csv'].filter((name) => readdirSync(dir).includes(name)),
  );
  assert.deepEqual(await redis!.client().keys('*:plan:*'), [], 'it leaves nothing in Redis');
  const few = await planOf(world, [file('few.csv', 'identifier,name\ncrm-1,One\n')]);
  assert.match(few.lookup!.why, /^fewer than would pay for reading the account/, 'no word of an index there is not');

  const { summary } = await sync([csv, ...match]);
  assert.deepEqual(summary.outcomes, plan.outcomes);
  assert.deepEqual(summary.reasons, plan.reasons);
  assert.deepEqual(summary.calls, plan.calls);
  assert.equal(writesOf(sandbox), plan.calls.update);

  const before = sandbox.requests.length;
  const again = await sync([csv, ...match]);
  const asked = sandbox.requests.slice(before).map(({ method, path }) => `${method} ${path.replace(/\?.*/, '')}`);
  // Those that nobody is found for are asked for each time, for they may have been created meanwhile: 20 e-mails, then 20
  // identifiers with their e-mails.
  assert.equal(again.summary.calls.update, 0);
  assert.deepEqual(again.summary.calls.filter, 5, asked.join('\n'));
});

test('a second sync of rows that all hold makes no call beside the preflight and says so', async (t) => {
  const { sandbox, file, sync, run } = await rig(t, { sandbox: { contacts: 100 } });
  const lines = Array.from({ length: 100 }, (_, i) => `contact${i + 1}@example.com,Name ${i + 1}`);
  const csv = file('people.csv', ['email,name', ...lines].join('\n'));
  await sync([csv, '--max-changed', '100']);
  const before = sandbox.requests.length;
  const ended = await run(['sync', csv]);
  assert.equal(ended.code, 0, ended.stderr);
  const asked = sandbox.requests.slice(before).map(({ path }) => path);
  assert.deepEqual(asked, ['/api', '/api/v1/profile']);
  assert.match(ended.stderr, /none beside the 2 of the preflight/);
  assert.match(ended.stderr, /100 unchanged: the books balance/);

  const live = await sync([csv, '--trust', 'live']);
  assert.equal(live.summary.calls.filter, 7);
  const other = await sync([
    file('more.csv', ['email,name,custom_attributes.new', 'contact1@example.com,Name 1,x'].join('\n')),
  ]);
  assert.deepEqual(
    [other.summary.calls.filter, other.summary.outcomes.updated],
    [1, 1],
    'a new field is not remembered',
  );
  sandbox.contacts.edit(2, { name: 'By an agent' });
  const blind = await sync([csv]);
  assert.equal(blind.summary.outcomes.unchanged, 100, 'what an agent does is not seen while it is remembered');
  await run(['forget', '--contact', '2']);
  const seen = await sync([csv]);
  assert.deepEqual([seen.summary.calls.filter, seen.summary.outcomes.updated], [1, 1]);
});

test('apply does what a plan says and nothing else; what changed since is left alone', async (t) => {
  const world = await rig(t, { sandbox: { contacts: 40 } });
  const { sandbox, file, run, dir } = world;
  const lines = Array.from({ length: 40 }, (_, i) => `contact${i + 1}@example.com,Name ${i + 1},gold`);
  const csv = file('people.csv', ['email,name,custom_attributes.tier', ...lines].join('\n'));
  const ended = await run(['plan', csv, '--out', 'plan.ndjson', '--allow', 'changed']);
  assert.equal(ended.code, 0, ended.stderr);
  assert.match(ended.stdout, /contact-sync apply plan\.ndjson/);
  assert.equal(statSync(join(dir, 'plan.ndjson')).mode & 0o777, 0o600);
  file('people.csv', 'something else\n');
  for (const id of [3, 5, 7]) sandbox.contacts.edit(id, { name: 'By an agent' });
  sandbox.contacts.edit(9, { email: 'moved@example.com' });
  const applied = await run(['apply', 'plan.ndjson', '--json']);
  assert.equal(applied.code, 0, applied.stderr);
  const summary = JSON.parse(applied.stdout);
  assert.deepEqual([summary.outcomes.updated, summary.outcomes.skipped], [37, 3]);
  assert.deepEqual(summary.reasons, { drifted: 3 });
  assert.equal(sandbox.contacts.get(3)!.name, 'By an agent');
  assert.equal(sandbox.contacts.get(3)!.custom_attributes.tier, undefined);
  assert.equal(sandbox.contacts.get(9)!.name, 'Name 9', 'found by its id');
  assert.deepEqual([summary.calls.filter, summary.calls.read], [3, 1]);
  const again = JSON.parse((await run(['apply', 'plan.ndjson', '--json'])).stdout);
  assert.deepEqual([again.outcomes.unchanged, again.outcomes.skipped, again.calls.update], [37, 3, 0]);
});

test('a foreign or edited plan is refused before anything is asked', async (t) => {
  const world = await rig(t, { sandbox: { contacts: 3 } });
  const { sandbox, file, run, dir } = world;
  await run(['plan', file('a.csv', 'id,name\n1,A\n2,B\n'), '--out', 'plan.ndjson']);
  const before = sandbox.requests.length;
  const plan = readFileSync(join(dir, 'plan.ndjson'), 'utf8');
  writeFileSync(join(dir, 'edited.ndjson'), plan.replace('"\\"A\\""', '"\\"Z\\""'));
  const cases: [string, Record<string, string>, RegExp][] = [
    ['edited.ndjson', {}, /was changed|edited/],
    ['plan.ndjson', { CHATWOOT_ACCOUNT_ID: '2' }, /made for account 1.*account 2/],
    ['plan.ndjson', { CHATWOOT_BASE_URL: 'https://other.example.com' }, /was made for http:\/\/127/],
    ['a.csv', {}, /plan/],
  ];
  for (const [name, env, words] of cases) {
    const refused = await run(['apply', name], { env });
    assert.equal(refused.code, 2, `${name}: ${refused.stderr}`);
    assert.match(refused.stderr, words);
  }
  assert.equal(sandbox.requests.length, before);
  assert.equal(sandbox.contacts.get(1)!.name === 'Z', false);
});

test('sync --dry-run is plan', async (t) => {
  const { sandbox, file, run } = await rig(t, { sandbox: { contacts: 2 } });
  const ended = await run(['sync', file('a.csv', 'email,name\ncontact1@example.com,A\n'), '--dry-run']);
  assert.equal(ended.code, 0, ended.stderr);
  assert.match(ended.stdout, /name\s+".*" → "A"/);
  assert.match(ended.stdout, /contact-sync sync a\.csv/);
  assert.equal(writesOf(sandbox), 0);
});

test('left-over identifiers of a whole account are found by reading it, where that costs the desk less', async (t) => {
  const world = await rig(t, { sandbox: { contacts: 900, desk: true } });
  const { file, sync, sandbox } = world;
  const lines = Array.from({ length: 900 }, (_, i) => `crm-${i + 1},${i % 100 === 0 ? 'changed' : ''}`);
  const csv = file('ids.csv', ['identifier,custom_attributes.state', ...lines].join('\n'));
  const forced = ['--rate', '100000', '--concurrency', '4'];
  const plan = await planOf(world, [csv, ...forced, '--lookup', 'account']);
  assert.match(plan.lookup!.way, /whole account/);
  assert.match(plan.lookup!.why, /--lookup account/);
  assert.equal(plan.lookup!.others[0]!.calls, 60);
  const { summary } = await sync([csv, ...forced, '--lookup', 'account']);
  assert.deepEqual(summary.outcomes, plan.outcomes);
  assert.equal(summary.outcomes.updated, 9);
  assert.ok(summary.calls.read >= 60 && summary.calls.read <= 63, `${summary.calls.read} pages`);
  assert.ok(
    summary.calls.filter <= 3,
    `${summary.calls.filter} filter calls for the 9 that differ, and one to measure`,
  );
  const byFilter = await planOf(world, [csv, ...forced, '--lookup', 'filter', '--trust', 'live']);
  assert.equal(byFilter.calls.filter >= 60, true);
  assert.equal(sandbox.contacts.get(1)!.custom_attributes.state, 'changed');
});

test('a plan of more changes than high_water compares later rows with what earlier ones set', async (t) => {
  const world = await rig(t, { sandbox: { contacts: 400 } });
  const { sandbox, file, dir } = world;
  file('contact-sync.yaml', 'high_water: 100\n');
  const all = Array.from({ length: 400 }, (_, i) => ({ id: i + 1, name: sandbox.contacts.get(i + 1)!.name }));
  // First every contact gets another name, then the first half gets back the one that the desk holds.
  const first = all.map(({ id }) => `contact${id}@example.com,Renamed ${id}`);
  const then = all.slice(0, 200).map(({ id, name }) => `contact${id}@example.com,${name}`);
  const csv = file('people.csv', ['email,name', ...first, ...then].join('\n'));
  const plan = await planOf(world, [csv, '--match', 'email', '--out', 'plan.ndjson', '--allow', 'changed,column']);
  assert.equal(plan.calls.update, 200);
  assert.equal((await world.run(['apply', join(dir, 'plan.ndjson'), '--yes'])).code, 0);
  for (const { id, name } of all)
    assert.equal(sandbox.contacts.get(id)!.name, id <= 200 ? name : `Renamed ${id}`, `contact ${id}`);
});
